//! The study file, schema `myotome.study/1`.
