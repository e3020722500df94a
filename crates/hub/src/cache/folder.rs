//! Which folder is the cache.

use std::path::{Path, PathBuf};

use crate::error::{Code, HubError};
use crate::variables::Variables;

/// `HF_HOME`, else `huggingface` in the user's cache folder.
pub(crate) fn hf_home(variables: &Variables) -> Option<PathBuf> {
    if let Some(home) = variables.get("HF_HOME") {
        return Some(variables.expand(home));
    }
    let base = match variables.get("XDG_CACHE_HOME") {
        Some(cache) => variables.expand(cache),
        None => variables.home()?.join(".cache"),
    };
    Some(base.join("huggingface"))
}

/// What takes the place of [`hf_home`] where the staging Hub is meant, so that nothing of the two gets mixed up.
pub(crate) fn staging_home(variables: &Variables) -> Option<PathBuf> {
    let cache = variables.home()?.join(".cache");
    variables.staging().then(|| cache.join("huggingface_staging"))
}

/// The folder for this call: the option, `HF_HUB_CACHE`, `hub` in [`staging_home`], `HUGGINGFACE_HUB_CACHE`, or `hub`
/// in [`hf_home`].
pub(crate) fn root(option: Option<&Path>, variables: &Variables) -> Result<PathBuf, HubError> {
    if let Some(path) = option.filter(|path| !path.as_os_str().is_empty()) {
        return absolute(path);
    }
    if let Some(path) = variables.get("HF_HUB_CACHE") {
        return absolute(&variables.expand(path));
    }
    if let Some(home) = staging_home(variables) {
        return absolute(&home.join("hub"));
    }
    if let Some(path) = variables.get("HUGGINGFACE_HUB_CACHE") {
        return absolute(&variables.expand(path));
    }
    match hf_home(variables) {
        Some(home) => absolute(&home.join("hub")),
        None => Err(HubError::new(Code::Cache, "No folder for the cache is known.")
            .with_hint("Set HF_HOME or HF_HUB_CACHE, or give the option `cache_dir`.")),
    }
}

fn absolute(path: &Path) -> Result<PathBuf, HubError> {
    std::path::absolute(path).map_err(|error| {
        HubError::new(Code::Cache, "The cache folder's path cannot be made absolute.").with_cause(&error)
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use std::collections::HashMap;

    fn chosen(option: Option<&str>, pairs: &[(&str, &str)]) -> PathBuf {
        let map: HashMap<String, String> = pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        root(option.map(Path::new), &map.into()).unwrap()
    }

    #[cfg(unix)]
    #[test]
    fn precedence_is_pythons() {
        let mut all = vec![
            ("HF_HUB_CACHE", "/a"),
            ("HUGGINGFACE_HUB_CACHE", "~/b"),
            ("HF_HOME", "$BASE/c"),
            ("XDG_CACHE_HOME", "/d"),
            ("HOME", "/h"),
            ("BASE", "/base"),
        ];
        assert_eq!(chosen(Some("/o"), &all), Path::new("/o"));
        assert_eq!(chosen(Some(""), &all), Path::new("/a"));
        for expected in [
            "/a",
            "/h/b",
            "/base/c/hub",
            "/d/huggingface/hub",
            "/h/.cache/huggingface/hub",
        ] {
            assert_eq!(chosen(None, &all), Path::new(expected));
            all.remove(0);
        }
        assert_eq!(
            chosen(
                None,
                &[
                    ("HF_HUB_CACHE", ""),
                    ("HF_HOME", ""),
                    ("XDG_CACHE_HOME", ""),
                    ("HOME", "/h")
                ]
            ),
            Path::new("/h/.cache/huggingface/hub")
        );
    }

    #[cfg(unix)]
    #[test]
    fn staging_has_its_own() {
        let mut all = vec![
            ("HF_HUB_CACHE", "/a"),
            ("HUGGINGFACE_HUB_CACHE", "/b"),
            ("HF_HOME", "/c"),
            ("XDG_CACHE_HOME", "/d"),
            ("HOME", "/h"),
            ("HUGGINGFACE_CO_STAGING", "1"),
        ];
        assert_eq!(chosen(Some("/o"), &all), Path::new("/o"));
        assert_eq!(chosen(None, &all), Path::new("/a"));
        all.remove(0);
        assert_eq!(chosen(None, &all), Path::new("/h/.cache/huggingface_staging/hub"));
        all.pop();
        assert_eq!(chosen(None, &all), Path::new("/b"));
    }

    #[test]
    fn without_a_home_it_says_so() {
        assert_eq!(
            root(None, &Variables::default()).unwrap_err().code(),
            "ERR_HUB_CACHE"
        );
    }
}
