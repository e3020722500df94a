//! The file in which `hf auth login` keeps all its logins: INI as Python's `configparser` reads and writes it.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::cache::layout::{self, Unreadable};
use crate::cache::store::Temporary;
use crate::credential::Token;

/// No such file is longer.
const MAX_SIZE: u64 = 1 << 20;
/// Its fields are in every section.
const DEFAULT: &str = "DEFAULT";

type Fields = Vec<(String, Zeroizing<String>)>;

/// The logins by their names, in the order of the file.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Logins(Vec<(String, Fields)>);

/// What is kept of one.
#[derive(Clone)]
pub(crate) struct Login {
    pub(crate) name: String,
    pub(crate) token: Option<Token>,
    pub(crate) refresh_token: Option<Token>,
    /// Seconds since 1970.
    pub(crate) expires_at: Option<i64>,
}

impl Logins {
    /// Those in a file; none if there is no file, or none that is understood.
    pub(crate) fn read(path: &Path) -> Result<Self, Unreadable> {
        let bytes = layout::where_allowed(layout::read_if_sound(path, MAX_SIZE))?;
        let text = bytes
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .map(Zeroizing::new);
        Ok(text.and_then(|text| Self::parse(&text)).unwrap_or_default())
    }

    /// None for what Python's parser refuses.
    fn parse(text: &str) -> Option<Self> {
        let (mut sections, mut defaults): (Vec<(String, Fields)>, Fields) = (Vec::new(), Fields::new());
        // Where fields go at the moment: a section, the defaults, or nowhere yet.
        let mut at: Option<Option<usize>> = None;
        let (mut in_field, mut indent) = (false, 0);
        let text = Zeroizing::new(text.replace("\r\n", "\n").replace('\r', "\n"));
        for line in text.split('\n') {
            let value = line.trim();
            let comment = value.starts_with(['#', ';']);
            let fields = match at {
                Some(Some(index)) => sections.get_mut(index).map(|(_, fields)| fields),
                Some(None) => Some(&mut defaults),
                None => None,
            };
            let last = fields.and_then(|fields| fields.last_mut()).filter(|_| in_field);
            if value.is_empty() || comment {
                if let Some((_, text)) = last.filter(|_| !comment) {
                    text.push('\n');
                }
                continue;
            }
            let depth = line.chars().take_while(|c| c.is_whitespace()).count();
            if let Some((_, text)) = last.filter(|_| depth > indent) {
                text.push('\n');
                text.push_str(value);
                continue;
            }
            indent = depth;
            let header = value
                .strip_prefix('[')
                .and_then(|rest| rest.rfind(']').map(|end| &rest[..end]));
            if let Some(name) = header.filter(|name| !name.is_empty()) {
                in_field = false;
                if name == DEFAULT {
                    at = Some(None);
                } else if sections.iter().any(|(known, _)| known == name) {
                    return None;
                } else {
                    sections.push((name.to_owned(), Fields::new()));
                    at = Some(Some(sections.len() - 1));
                }
                continue;
            }
            let (name, text) = value.split_once(['=', ':'])?;
            let name = name.trim().to_lowercase();
            let fields = match at? {
                Some(index) => &mut sections.get_mut(index)?.1,
                None => &mut defaults,
            };
            if name.is_empty() || fields.iter().any(|(known, _)| *known == name) {
                return None;
            }
            fields.push((name, Zeroizing::new(text.trim().to_owned())));
            in_field = true;
        }
        for (_, own) in &mut sections {
            let mut fields = defaults.clone();
            for (name, text) in own.drain(..) {
                match fields.iter_mut().find(|(known, _)| *known == name) {
                    Some(known) => known.1 = text,
                    None => fields.push((name, text)),
                }
            }
            for (_, text) in &mut fields {
                let length = text.trim_end().len();
                text.truncate(length);
            }
            *own = fields;
        }
        Some(Self(sections))
    }

    pub(crate) fn by_name(&self, name: &str) -> Option<Login> {
        let (name, fields) = self.0.iter().find(|(known, _)| known == name)?;
        Some(login(name, fields))
    }

    pub(crate) fn by_token(&self, token: &Token) -> Option<Login> {
        let mut logins = self.0.iter().map(|(name, fields)| login(name, fields));
        logins.find(|login| login.token.as_ref() == Some(token))
    }

    /// Puts a login in the place of the one of its name.
    pub(crate) fn set(&mut self, login: &Login) {
        let mut fields = Fields::new();
        for (name, token) in [
            ("hf_token", login.token.as_ref()),
            ("refresh_token", login.refresh_token.as_ref()),
        ] {
            if let Some(token) = token {
                fields.push((name.to_owned(), Zeroizing::new(token.reveal().to_owned())));
            }
        }
        if let Some(at) = login.expires_at {
            fields.push(("expires_at".to_owned(), Zeroizing::new(at.to_string())));
        }
        self.0.retain(|(known, _)| *known != login.name);
        self.0.push((login.name.clone(), fields));
    }

    /// The text of the file, sorted by name.
    pub(crate) fn text(&self) -> Zeroizing<String> {
        let mut sections: Vec<&(String, Fields)> = self.0.iter().collect();
        sections.sort_by(|a, b| a.0.cmp(&b.0));
        let mut out = Zeroizing::new(String::new());
        for (name, fields) in sections {
            out.extend(["[", name, "]\n"]);
            for (name, text) in fields {
                out.extend([name, " = "]);
                for (at, line) in text.split('\n').enumerate() {
                    out.push_str(if at > 0 { "\n\t" } else { "" });
                    out.push_str(line);
                }
                out.push('\n');
            }
            out.push('\n');
        }
        out
    }
}

fn login(name: &str, fields: &Fields) -> Login {
    let field = |wanted: &str| {
        let found = fields.iter().find(|(name, _)| name == wanted);
        found.map(|(_, text)| text.as_str())
    };
    Login {
        name: name.to_owned(),
        token: field("hf_token").map(Token::from),
        refresh_token: field("refresh_token").map(Token::from),
        expires_at: field("expires_at").and_then(|text| text.parse().ok()),
    }
}

/// A file that only its owner can read, beside the one whose place it is to take, and which that is: a link stays one.
pub(crate) fn beside(path: &Path) -> io::Result<(Temporary, PathBuf)> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let spare = path.with_file_name(format!("{name}.{:08x}.tmp", crate::retry::random() >> 32));
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&spare)?;
    Ok((Temporary::of(spare, file), path))
}

/// Puts `text` into a file, in one step where that can be done.
pub(crate) fn replace(spare: io::Result<(Temporary, PathBuf)>, path: &Path, text: &str) -> io::Result<()> {
    let at_once = spare.and_then(|(mut temporary, path)| {
        temporary.file.write_all(text.as_bytes())?;
        temporary.persist(&path)
    });
    // Its folder cannot be written to, or another program is reading: what was given out must not be lost.
    at_once.or_else(|_| fs::write(path, text))
}

#[cfg(test)]
#[path = "stored_tests.rs"]
mod tests;
