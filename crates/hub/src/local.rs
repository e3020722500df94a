//! Models in local folders: a path, `<local model path>/<id>`, or transformers.js's own cache layout.

use std::path::{Path, PathBuf};

use crate::cache::RepoCache;
use crate::cache::layout::{self, Unreadable};
use crate::error::{Code, HubError};
use crate::options::Request;
use crate::validation::{is_repo_id, shown};
use crate::variables::Variables;

/// The folder to load from, if the request means a local one.
pub(crate) fn find(request: &Request, variables: &Variables) -> Result<Option<PathBuf>, HubError> {
    let id = request.repo_id.as_str();
    if is_repo_id(id) {
        if !request.allow_local {
            return Ok(None);
        }
        let configured = request.local_model_path.as_ref().map(|path| path.join(id));
        let here = Some(PathBuf::from(id));
        for folder in [configured, here].into_iter().flatten() {
            // Nobody has said that it is there, so one that may not be looked at is not the one that is meant.
            if layout::where_allowed(is_complete(&folder, request))? {
                return Ok(Some(folder));
            }
        }
        return Ok(None);
    }
    if id.contains('\0') || !request.allow_local {
        return Ok(None);
    }
    let folder = variables.expand(id);
    if layout::is_folder(&folder)? {
        return match missing(&folder, request)? {
            None => Ok(Some(folder)),
            Some(name) => Err(HubError::new(
                Code::FileNotFound,
                format!(
                    "The folder {} has no file {}.",
                    shown(id),
                    shown(&request.path_of(name))
                ),
            )
            .with_file(name)
            .with_hint("Give the folder that holds the tokenizer's files.")),
        };
    }
    if looks_like_a_path(id) {
        return Err(
            HubError::new(Code::FileNotFound, format!("There is no folder {}.", shown(id)))
                .with_hint("Check the path; one that is not absolute begins at the working directory."),
        );
    }
    Ok(None)
}

/// transformers.js keeps files as `<cache>/<id>/[<revision>/]<file>`; such a folder is used where the caller
/// named it and our own layout does not know the revision.
pub(crate) fn find_in_cache(request: &Request, cache: &RepoCache) -> Result<Option<PathBuf>, Unreadable> {
    if request.force_download || request.cache_dir.is_none() {
        return Ok(None);
    }
    let commit = layout::where_allowed(cache.commit_of(request.revision()))?;
    if let Some(commit) = commit
        && layout::where_allowed(layout::is_folder(&cache.snapshot(&commit)))?
    {
        return Ok(None);
    }
    let mut folder = cache.root.join(&request.repo_id);
    if request.revision() != "main" {
        folder = request
            .revision()
            .split('/')
            .fold(folder, |folder, part| folder.join(part));
    }
    Ok(layout::where_allowed(is_complete(&folder, request))?.then_some(folder))
}

/// A file of a local folder.
pub(crate) fn file(folder: &Path, request: &Request, name: &str) -> PathBuf {
    request
        .path_of(name)
        .split('/')
        .fold(folder.to_owned(), |folder, part| folder.join(part))
}

fn is_complete(folder: &Path, request: &Request) -> Result<bool, Unreadable> {
    Ok(layout::is_folder(folder)? && missing(folder, request)?.is_none())
}

fn missing<'r>(folder: &Path, request: &'r Request) -> Result<Option<&'r str>, Unreadable> {
    for spec in request.files.iter().filter(|spec| spec.required) {
        if !layout::is_file(&file(folder, request, &spec.name))? {
            return Ok(Some(&spec.name));
        }
    }
    Ok(None)
}

fn looks_like_a_path(id: &str) -> bool {
    let id = id.replace('\\', "/");
    Path::new(&id).is_absolute()
        || ["./", "../", "~/"].iter().any(|start| id.starts_with(start))
        || ["~", ".", ".."].contains(&id.as_str())
        || (id.len() > 2
            && id.is_char_boundary(1)
            && &id[1..2] == ":"
            && id.as_bytes()[0].is_ascii_alphabetic()
            && &id[2..3] == "/")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::options::FileSpec;

    fn request(id: &str, models: &Path) -> Request {
        Request {
            repo_id: id.to_owned(),
            local_model_path: Some(models.to_owned()),
            files: vec![FileSpec::required("tokenizer.json"), FileSpec::optional("x.json")],
            ..Request::default()
        }
    }

    #[test]
    fn folders() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("o/n");
        std::fs::create_dir_all(&folder).unwrap();
        let v = Variables::default();
        assert_eq!(find(&request("o/n", root.path()), &v).unwrap(), None);
        let absolute = folder.to_str().unwrap();
        let error = find(&request(absolute, root.path()), &v).unwrap_err();
        assert_eq!(error.code(), "ERR_HUB_FILE_NOT_FOUND");
        std::fs::write(folder.join("tokenizer.json"), "{}").unwrap();
        assert_eq!(
            find(&request("o/n", root.path()), &v).unwrap().as_deref(),
            Some(folder.as_path())
        );
        assert_eq!(
            find(&request(absolute, root.path()), &v).unwrap().as_deref(),
            Some(folder.as_path())
        );
        let disallowed = Request {
            allow_local: false,
            ..request(absolute, root.path())
        };
        assert_eq!(find(&disallowed, &v).unwrap(), None);
        for gone in [
            "./nothing/here",
            "../nothing/here",
            "/nothing/here",
            "C:\\nothing",
            "C:/nothing",
        ] {
            let found = find(&request(gone, root.path()), &v);
            assert_eq!(found.unwrap_err().code(), "ERR_HUB_FILE_NOT_FOUND", "{gone}");
        }
        for other in ["https://h/o/n", "a\0b", "a/b/c", "é"] {
            assert_eq!(find(&request(other, root.path()), &v).unwrap(), None, "{other}");
        }
    }

    #[test]
    fn transformers_js_layout() {
        let root = tempfile::tempdir().unwrap();
        let mut request = request("o/n", Path::new("/nothing"));
        request.cache_dir = Some(root.path().to_owned());
        let cache = RepoCache::new(root.path(), "o/n", &Variables::default());
        std::fs::create_dir_all(root.path().join("o/n/refs/pr/1")).unwrap();
        assert_eq!(find_in_cache(&request, &cache).unwrap(), None);
        std::fs::write(root.path().join("o/n/tokenizer.json"), "{}").unwrap();
        assert_eq!(
            find_in_cache(&request, &cache).unwrap(),
            Some(root.path().join("o/n"))
        );
        request.revision = Some("refs/pr/1".to_owned());
        assert_eq!(find_in_cache(&request, &cache).unwrap(), None);
        std::fs::write(root.path().join("o/n/refs/pr/1/tokenizer.json"), "{}").unwrap();
        assert_eq!(
            find_in_cache(&request, &cache).unwrap(),
            Some(root.path().join("o/n/refs/pr/1"))
        );
        request.cache_dir = None;
        assert_eq!(find_in_cache(&request, &cache).unwrap(), None);
    }
}
