//! N-API boundary.
