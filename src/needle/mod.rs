//! Needle EMG: interference pattern and screening.
