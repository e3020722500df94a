//! Tests of the choice of a token.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::HashMap;

use super::*;

fn variables(pairs: &[(&str, &str)]) -> Variables {
    pairs
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect::<HashMap<_, _>>()
        .into()
}

fn chosen(pairs: &[(&str, &str)], option: &TokenOption) -> Option<(String, String)> {
    choose(&variables(pairs), option, &[])
        .unwrap()
        .map(|found| (found.token.0.to_string(), found.source.to_string()))
}

type Pair = (String, String);

fn pair(token: &str, source: &str) -> Pair {
    (token.to_owned(), source.to_owned())
}

#[test]
fn precedence() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("token"), "home\n").unwrap();
    let other = folder.path().join("other");
    std::fs::write(&other, "  path \r\n").unwrap();
    let home = folder.path().to_str().unwrap().to_owned();
    let other = other.to_str().unwrap().to_owned();
    let mut all = vec![
        ("HF_TOKEN", "one"),
        ("HUGGING_FACE_HUB_TOKEN", "two"),
        ("HF_ACCESS_TOKEN", "three"),
        ("HF_TOKEN_PATH", &other),
        ("HF_HOME", &home),
    ];
    let explicit = TokenOption::Explicit("zero".to_owned());
    assert_eq!(
        chosen(&all, &explicit).unwrap(),
        pair("zero", "the option `token`")
    );
    assert_eq!(chosen(&all, &TokenOption::None), None);
    let implicit = TokenOption::Implicit;
    assert_eq!(
        chosen(&all, &implicit).unwrap(),
        pair("one", "the environment variable HF_TOKEN")
    );
    all[0].1 = "";
    assert_eq!(
        chosen(&all, &implicit).unwrap(),
        pair("two", "the environment variable HUGGING_FACE_HUB_TOKEN")
    );
    all[1].1 = " \n";
    assert_eq!(
        chosen(&all, &implicit).unwrap(),
        pair("three", "the environment variable HF_ACCESS_TOKEN")
    );
    all.remove(2);
    assert_eq!(
        chosen(&all, &implicit).unwrap(),
        pair("path", &format!("the file {other}"))
    );
    all.remove(2);
    assert_eq!(chosen(&all, &implicit).unwrap().0, "home");
    all.push(("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1"));
    assert_eq!(chosen(&all, &implicit), None);
    assert_eq!(chosen(&all, &TokenOption::Wanted).unwrap().0, "home");
    assert_eq!(chosen(&all, &explicit).unwrap().0, "zero");
    all.pop();
    all.push(("HF_HUB_DISABLE_IMPLICIT_TOKEN", "0"));
    assert_eq!(chosen(&all, &implicit).unwrap().0, "home");
}

#[test]
fn staging_has_a_file_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let staging = folder.path().join(".cache").join("huggingface_staging");
    std::fs::create_dir_all(&staging).unwrap();
    let home = folder.path().to_str().unwrap();
    std::fs::write(folder.path().join("token"), "usual").unwrap();
    let path = folder.path().join("token");
    let mut all = vec![
        ("HOME", home),
        ("USERPROFILE", home),
        ("HF_HOME", home),
        ("HF_TOKEN_PATH", path.to_str().unwrap()),
        ("HUGGINGFACE_CO_STAGING", "1"),
    ];
    let implicit = TokenOption::Implicit;
    assert_eq!(chosen(&all, &implicit), None);
    std::fs::write(staging.join("token"), "staging").unwrap();
    assert_eq!(chosen(&all, &implicit).unwrap().0, "staging");
    all.push(("HF_TOKEN", "variable"));
    assert_eq!(chosen(&all, &implicit).unwrap().0, "variable");
    all.remove(4);
    all.pop();
    assert_eq!(chosen(&all, &implicit).unwrap().0, "usual");
}

#[test]
fn an_empty_option_is_unset() {
    assert_eq!(
        chosen(&[("HF_TOKEN", "x")], &TokenOption::Explicit(" ".to_owned()))
            .unwrap()
            .0,
        "x"
    );
}

#[test]
fn other_names_leave_the_usual_ones_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("token"), "home").unwrap();
    let home = folder.path().to_str().unwrap();
    let v = variables(&[("HF_TOKEN", "hf"), ("BA_ACCESS_TOKEN", "ba"), ("HF_HOME", home)]);
    let names = vec!["BA_ACCESS_TOKEN".to_owned()];
    assert_eq!(
        choose(&v, &TokenOption::Implicit, &names)
            .unwrap()
            .unwrap()
            .token
            .0
            .as_str(),
        "ba"
    );
    let none = vec!["OTHER".to_owned()];
    assert!(choose(&v, &TokenOption::Implicit, &none).unwrap().is_none());
    let v = variables(&[("BA", "ba"), ("AUTOTOKENIZER_TOKEN_VARIABLES", " X, BA ,")]);
    assert_eq!(
        choose(&v, &TokenOption::Implicit, &[])
            .unwrap()
            .unwrap()
            .token
            .0
            .as_str(),
        "ba"
    );
}

#[test]
fn line_ends_are_removed_and_the_rest_refused() {
    assert_eq!(
        chosen(&[("HF_TOKEN", " hf_a\r\nb\n")], &TokenOption::Implicit)
            .unwrap()
            .0,
        "hf_ab"
    );
    for bad in ["hf_a\tb", "hf_a\u{0}b", "hf_a b", "hf_é"] {
        let error = choose(&variables(&[("HF_TOKEN", bad)]), &TokenOption::Implicit, &[]).unwrap_err();
        assert_eq!(error.code(), "ERR_HUB_TOKEN_MALFORMED");
        assert!(error.message().contains("HF_TOKEN"));
        assert!(!format!("{error:?}").contains(bad));
    }
}

#[test]
fn quotes_are_noticed() {
    assert!(
        choose(
            &variables(&[("HF_TOKEN", "\"hf_x\"")]),
            &TokenOption::Implicit,
            &[]
        )
        .unwrap()
        .unwrap()
        .quoted
    );
}

#[test]
fn nothing_shows_a_token() {
    let found = choose(
        &variables(&[("HF_TOKEN", "hf_marked")]),
        &TokenOption::Implicit,
        &[],
    )
    .unwrap()
    .unwrap();
    assert_eq!(found.token.to_string(), "****");
    assert_eq!(format!("{:?}", found.token), "****");
    assert!(!format!("{found:?} {:?}", found.token.header().unwrap()).contains("marked"));
    assert!(!format!("{:?}", TokenOption::Explicit("hf_marked".to_owned())).contains("marked"));
}

#[test]
fn the_file_of_logins_is_beside_the_token() {
    // constants.HF_STORED_TOKENS_PATH of Python's client.
    let stored = |pairs: &[(&str, &str)], token: &str| {
        let found = stored_tokens(&variables(pairs), Path::new(token)).unwrap();
        found.display().to_string().replace('\\', "/")
    };
    let home = ("HF_HOME", "/h");
    let staging = ("HUGGINGFACE_CO_STAGING", "1");
    assert_eq!(stored(&[home], "/h/token"), "/h/stored_tokens");
    assert_eq!(stored(&[home], "/t/x"), "/t/stored_tokens");
    assert_eq!(stored(&[home, staging], "/s/token"), "/h/stored_tokens");
    let path = ("HF_TOKEN_PATH", "/t/x");
    assert_eq!(stored(&[home, staging, path], "/s/token"), "/t/stored_tokens");
}
