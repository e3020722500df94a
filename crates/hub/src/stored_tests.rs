//! Tests of the file of logins; `__test__/client.logins.test.mjs` compares with Python's `configparser` itself.
#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;

#[test]
fn what_python_writes_is_written_alike() {
    let text = "[a name]\nhf_token = hf_one\n\n[own]\nhf_token = hf_oauth_x\nrefresh_token = r=%(x)s:;#\nexpires_at = 17\n\n";
    let logins = Logins::parse(text).unwrap();
    assert_eq!(logins.text().as_str(), text);
    let login = logins.by_token(&Token::from("hf_oauth_x")).unwrap();
    assert_eq!((login.name.as_str(), login.expires_at), ("own", Some(17)));
    assert_eq!(login.refresh_token.unwrap().reveal(), "r=%(x)s:;#");
    assert!(logins.by_token(&Token::from("hf_other")).is_none());
    let login = logins.by_name("a name").unwrap();
    assert!(login.refresh_token.is_none() && login.expires_at.is_none());
}

#[test]
fn a_login_takes_the_place_of_its_older_self() {
    let mut logins = Logins::parse("[b]\nhf_token=1\nmore=x\n[c]\nhf_token=3\n").unwrap();
    logins.set(&Login {
        name: "b".to_owned(),
        token: Some(Token::from("2")),
        refresh_token: Some(Token::from("r")),
        expires_at: None,
    });
    assert_eq!(
        logins.text().as_str(),
        "[b]\nhf_token = 2\nrefresh_token = r\n\n[c]\nhf_token = 3\n\n"
    );
}

#[test]
fn what_python_refuses_is_no_file() {
    for bad in [
        "hf_token = x\n",
        "[a]\n[a]\n",
        "[a]\nx=1\nX=2\n",
        "[a]\nno field\n",
        "[a]\n= x\n",
    ] {
        assert!(Logins::parse(bad).is_none(), "{bad}");
    }
    for good in [
        "",
        "\n# nothing\n",
        "[a]\n",
        "; x\n[a]\nx:1\n  more\n\n[DEFAULT]\ny=2",
    ] {
        assert!(Logins::parse(good).is_some(), "{good}");
    }
}

#[test]
fn a_file_is_replaced_whole_and_is_the_owners() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    fs::write(&path, "old").unwrap();
    replace(beside(&path), &path, "new").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    // Nothing could be made beside it.
    replace(Err(io::ErrorKind::PermissionDenied.into()), &path, "newer").unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "newer");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        replace(beside(&link), &link, "newest").unwrap();
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "newest");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
