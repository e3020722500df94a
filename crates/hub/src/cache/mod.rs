//! The cache on disk: the layout of Python's `huggingface_hub`, in the same folder.
//!
//! ```text
//! <root>/CACHEDIR.TAG
//!        .locks/models--org--name/<etag>.lock
//!        models--org--name/blobs/<etag>
//!                          refs/<revision>                 40 hexadecimal digits, no newline
//!                          snapshots/<commit>/<path>       relative link to the blob
//!                          .no_exist/<commit>/<path>       empty: the commit has no such file
//! ```

pub(crate) mod folder;
pub(crate) mod layout;
pub(crate) mod lock;
pub(crate) mod remove;
pub(crate) mod scan;
pub(crate) mod store;

pub(crate) use layout::{Found, RepoCache};
