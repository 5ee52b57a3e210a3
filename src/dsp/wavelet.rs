//! The discrete wavelet transform.
