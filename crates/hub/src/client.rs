//! HTTP clients, shared by calls with equal connection settings so that connections are reused.

use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use crate::error::{Code, HubError};
use crate::proxy::ProxySettings;
use crate::tls::TlsSettings;
use crate::variables::Variables;

/// More settings than this at once are unusual; the client that was used longest ago goes.
const MAX_CLIENTS: usize = 16;

/// What makes two connections interchangeable. Tokens are not part of it: they belong to requests.
#[derive(Clone, PartialEq, Eq)]
struct Settings {
    proxy: ProxySettings,
    tls: TlsSettings,
    connect: Duration,
}

/// A client, and what could not be used of its settings.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) http: reqwest::Client,
    pub(crate) problems: Vec<String>,
}

/// The client for these variables.
pub(crate) async fn client(variables: &Variables, connect: Duration) -> Result<Client, HubError> {
    static CLIENTS: OnceLock<Mutex<Vec<(Settings, Client)>>> = OnceLock::new();
    let clients = CLIENTS.get_or_init(Mutex::default);
    let settings = Settings {
        proxy: ProxySettings::new(variables),
        tls: TlsSettings::new(variables),
        connect,
    };
    if let Some(found) = recall(clients, &settings) {
        return Ok(found);
    }
    let wanted = settings.clone();
    let made = tokio::task::spawn_blocking(move || build(&wanted))
        .await
        .map_err(|error| {
            HubError::new(Code::Network, "The HTTP client could not be made.").with_cause(&error)
        })??;
    // A certificate file that could not be read now may be there the next time.
    if made.problems.is_empty() {
        let mut list = clients.lock().unwrap_or_else(PoisonError::into_inner);
        list.truncate(MAX_CLIENTS - 1);
        list.insert(0, (settings, made.clone()));
    }
    Ok(made)
}

fn recall(clients: &Mutex<Vec<(Settings, Client)>>, settings: &Settings) -> Option<Client> {
    let mut list = clients.lock().unwrap_or_else(PoisonError::into_inner);
    let at = list.iter().position(|(known, _)| known == settings)?;
    let entry = list.remove(at);
    let client = entry.1.clone();
    list.insert(0, entry);
    Some(client)
}

fn build(settings: &Settings) -> Result<Client, HubError> {
    let (tls, problems) = settings.tls.build()?;
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .connect_timeout(settings.connect)
        .tcp_nodelay(true);
    for proxy in settings.proxy.build()? {
        builder = builder.proxy(proxy);
    }
    let http = builder.build().map_err(|error| {
        HubError::new(Code::Network, "The HTTP client could not be made.").with_cause(&error)
    })?;
    Ok(Client { http, problems })
}
