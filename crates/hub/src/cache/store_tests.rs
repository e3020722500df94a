//! Tests of the cache's layout.
#![expect(clippy::unwrap_used, reason = "tests")]

use super::super::layout::{Found, digest_of};
use super::*;
use crate::Variables;

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
const HELLO: &str = "ce013625030ba8dba906f756967f9e9ca394464a";

fn repo(root: &Path) -> RepoCache {
    RepoCache::new(root, "Org/Name", &Variables::default())
}

#[cfg(unix)]
#[test]
fn the_layout_is_pythons() {
    let root = tempfile::tempdir().unwrap();
    let cache = repo(root.path());
    let etag = Etag::from_hex(HELLO).unwrap();
    let pointer = cache.publish(COMMIT, "a/b/c.json", &etag, b"hello\n").unwrap();
    cache.write_reference("refs/pr/1", COMMIT).unwrap();
    cache.write_marker(COMMIT, "x/y.json").unwrap();
    let folder = root.path().join("models--Org--Name");
    assert_eq!(pointer, folder.join("snapshots").join(COMMIT).join("a/b/c.json"));
    assert_eq!(
        fs::read_link(&pointer).unwrap(),
        Path::new("../../../../blobs").join(HELLO)
    );
    assert_eq!(fs::read(&pointer).unwrap(), b"hello\n");
    assert_eq!(
        fs::read(folder.join("refs/refs/pr/1")).unwrap(),
        COMMIT.as_bytes()
    );
    assert_eq!(
        fs::read(folder.join(".no_exist").join(COMMIT).join("x/y.json")).unwrap(),
        b""
    );
    assert!(
        fs::read_to_string(root.path().join("CACHEDIR.TAG"))
            .unwrap()
            .starts_with("Signature: 8a477f597d28d172789f06886806bc55\n")
    );
    assert_eq!(fs::read_dir(folder.join("blobs")).unwrap().count(), 1);
    assert_eq!(
        cache.find(COMMIT, "a/b/c.json").unwrap(),
        Found::Present(pointer.clone())
    );
    assert_eq!(cache.find(COMMIT, "x/y.json").unwrap(), Found::Missing);
    assert_eq!(cache.find(COMMIT, "z").unwrap(), Found::Unknown);
    assert_eq!(digest_of(&pointer), Some(etag));
    assert_eq!(cache.commit_of("refs/pr/1").unwrap().as_deref(), Some(COMMIT));
}

#[test]
fn a_reference_with_a_newline_is_read() {
    let root = tempfile::tempdir().unwrap();
    let cache = repo(root.path());
    cache.write_reference("main", COMMIT).unwrap();
    fs::write(cache.reference("main"), format!("{COMMIT}\n")).unwrap();
    assert_eq!(cache.read_reference("main").unwrap().as_deref(), Some(COMMIT));
    fs::write(cache.reference("main"), "../../x").unwrap();
    assert_eq!(cache.read_reference("main").unwrap(), None);
}

#[test]
fn without_links_the_blob_moves() {
    let root = tempfile::tempdir().unwrap();
    let mut cache = repo(root.path());
    cache.links = false;
    let etag = Etag::from_hex(HELLO).unwrap();
    let pointer = cache.publish(COMMIT, "f", &etag, b"hello\n").unwrap();
    assert!(fs::symlink_metadata(&pointer).unwrap().is_file());
    assert!(!cache.blob(&etag).exists());
    fs::write(cache.blob(&etag), b"hello\n").unwrap();
    let copy = cache.link(COMMIT, "g", &etag, false).unwrap();
    assert_eq!(fs::read(copy).unwrap(), b"hello\n");
    assert!(cache.blob(&etag).exists());
}

#[cfg(unix)]
#[test]
fn whatever_is_in_the_way_is_replaced() {
    let root = tempfile::tempdir().unwrap();
    let cache = repo(root.path());
    let etag = Etag::from_hex(HELLO).unwrap();
    let pointer = cache.pointer(COMMIT, "f");
    fs::create_dir_all(pointer.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink("nowhere", &pointer).unwrap();
    cache.publish(COMMIT, "f", &etag, b"hello\n").unwrap();
    assert_eq!(fs::read(&pointer).unwrap(), b"hello\n");
    assert_eq!(fs::read_dir(cache.blobs()).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn discarding_leaves_nothing() {
    let root = tempfile::tempdir().unwrap();
    let cache = repo(root.path());
    let etag = Etag::from_hex(HELLO).unwrap();
    let other = COMMIT.replace('0', "f");
    cache.publish(COMMIT, "a/f", &etag, b"hello\n").unwrap();
    cache.link(&other, "g", &etag, false).unwrap();
    cache.write_reference("main", COMMIT).unwrap();
    cache.write_marker(COMMIT, "x").unwrap();
    cache.discard(COMMIT, "a/f", Some(&etag));
    assert!(!cache.folder.exists());
}

#[test]
fn an_abandoned_temporary_file_goes() {
    let root = tempfile::tempdir().unwrap();
    let cache = repo(root.path());
    drop(cache.temporary("x").unwrap());
    assert_eq!(fs::read_dir(cache.blobs()).unwrap().count(), 0);
}

/// Where locks do nothing, as on some network disks, only their names keep two writers apart.
#[test]
fn temporary_files_are_nobody_elses() {
    let root = tempfile::tempdir().unwrap();
    let cache = repo(root.path());
    let (mut one, mut other) = (cache.temporary("x").unwrap(), cache.temporary("x").unwrap());
    one.file.write_all(b"one").unwrap();
    other.file.write_all(b"the other").unwrap();
    assert_eq!(fs::read(&one.path).unwrap(), b"one");
    assert_eq!(fs::read(&other.path).unwrap(), b"the other");
}

/// A link that leads to itself is not "nothing there": the system refuses, as it does with too many open files.
#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_not_taken_for_missing() {
    use super::super::layout::{is_file, where_allowed};
    let root = tempfile::tempdir().unwrap();
    let cache = repo(root.path());
    let around = |path: &Path| {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(path.file_name().unwrap(), path).unwrap();
    };
    around(&cache.reference("main"));
    around(&cache.pointer(COMMIT, "f"));
    around(&cache.marker(COMMIT, "g"));
    around(&cache.folder.join("trees").join(format!("{COMMIT}.json")));
    let failures = [
        (cache.reference("main"), cache.commit_of("main").map(drop)),
        (cache.pointer(COMMIT, "f"), cache.find(COMMIT, "f").map(drop)),
        (cache.marker(COMMIT, "g"), cache.find(COMMIT, "g").map(drop)),
        (
            cache.folder.join("trees").join(format!("{COMMIT}.json")),
            where_allowed(cache.find(COMMIT, "h")).map(drop),
        ),
    ];
    for (path, failed) in failures {
        let error = crate::HubError::from(failed.unwrap_err());
        assert_eq!(error.code(), "ERR_HUB_CACHE");
        let start = format!("{} cannot be read: ", path.display());
        assert!(error.message().starts_with(&start), "{error}");
        assert!(std::error::Error::source(&error).is_some());
        // The cause is not in the file: it is not fetched once more.
        assert!(!crate::resolve::is_bad_file(&error));
    }
    // Below a file there is nothing, and under a name that no file can have.
    fs::write(root.path().join("file"), "").unwrap();
    assert!(!is_file(&root.path().join("file/x")).unwrap());
    assert!(!is_file(&root.path().join("x".repeat(5000))).unwrap());
}

#[test]
fn what_may_not_be_read_counts_as_missing_only_where_that_is_asked_for() {
    use super::super::layout::{Unreadable, where_allowed};
    let failed = |kind| -> Result<Found, Unreadable> {
        Err(Unreadable {
            path: "x".into(),
            error: io::Error::from(kind),
        })
    };
    let denied = where_allowed(failed(io::ErrorKind::PermissionDenied));
    assert_eq!(denied.unwrap(), Found::Unknown);
    assert!(where_allowed(failed(io::ErrorKind::Other)).is_err());
}
