//! Requests to identity providers: bounded in time and length, and silent about what they carry.

use std::{path::Path, sync::Arc, time::Duration};

use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use serde::{Serialize, de::DeserializeOwned};
use ureq::{
    Agent, Body,
    http::Response,
    tls::{Certificate, RootCerts, TlsConfig},
};

use super::AuthError;

/// Longer answers are none.
const LONGEST: u64 = 4 << 20;

/// A provider that does not answer as it should.
#[derive(Debug, thiserror::Error)]
#[error("{whom} {how}")]
pub(crate) struct Failed {
    whom: &'static str,
    how: String,
}

/// How to ask one provider.
#[derive(Clone)]
pub(super) struct Client {
    agent: Agent,
    whom: &'static str,
}

/// Whose certificates are good.
#[derive(Clone, Copy)]
pub(super) enum Trust<'p> {
    /// Whom the system trusts, and who is in the file, if there is one.
    System(Option<&'p Path>),
    /// Who is in the file, and nobody else.
    Only(&'p Path),
    /// Everybody.
    Everybody,
}

impl Client {
    /// A client of `whom`, as messages call it, which may take so long to answer.
    pub(super) fn new(whom: &'static str, trust: Trust<'_>, timeout: Duration) -> Result<Self, AuthError> {
        let tls = match trust {
            Trust::Everybody => TlsConfig::builder().disable_verification(true).build(),
            Trust::Only(path) => TlsConfig::builder().root_certs(roots(certificates(path)?)).build(),
            Trust::System(path) => {
                let mut all = rustls_native_certs::load_native_certs().certs;
                all.extend(path.map(certificates).transpose()?.unwrap_or_default());
                TlsConfig::builder().root_certs(roots(all)).build()
            }
        };
        let config = Agent::config_builder().tls_config(tls).timeout_global(Some(timeout)).max_redirects(3);
        Ok(Client { agent: config.build().into(), whom })
    }

    pub(super) fn get<T: DeserializeOwned>(&self, url: &str, token: Option<&str>) -> Result<T, Failed> {
        let mut request = self.agent.get(url);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        self.read(request.call())
    }

    pub(super) fn post<T: DeserializeOwned>(
        &self,
        url: &str,
        token: &str,
        body: &impl Serialize,
    ) -> Result<T, Failed> {
        let request = self.agent.post(url).header("authorization", format!("Bearer {token}"));
        self.read(request.send_json(body))
    }

    fn read<T: DeserializeOwned>(&self, answer: Result<Response<Body>, ureq::Error>) -> Result<T, Failed> {
        let mut answer = answer.map_err(|error| match error {
            ureq::Error::StatusCode(code) => self.failed(format!("answers with status {code}")),
            error => self.failed(format!("cannot be asked: {error}")),
        })?;
        let read = answer.body_mut().with_config().limit(LONGEST).read_json();
        // What is wrong with it might quote it.
        read.map_err(|_| self.failed("does not answer with the JSON that it should".into()))
    }

    pub(super) fn failed(&self, how: String) -> Failed {
        Failed { whom: self.whom, how }
    }
}

fn roots(certificates: Vec<CertificateDer<'static>>) -> RootCerts {
    let each = certificates.into_iter().map(|certificate| Certificate::from_der(&certificate).to_owned());
    RootCerts::Specific(Arc::new(each.collect()))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, AuthError> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let found = read.map_err(|error| AuthError(format!("`{}`: {error}", path.display())))?;
    match found.is_empty() {
        true => Err(AuthError(format!("`{}` holds no PEM certificate", path.display()))),
        false => Ok(found),
    }
}

/// The address, unless it sends what is secret over the network as it is.
pub(super) fn is_safe(url: &str) -> bool {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.rsplit_once(':').map_or(authority, |(host, _)| host),
    };
    let is_loopback = host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
    scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http") && is_loopback
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_encrypted_or_nowhere() {
        for url in ["https://a.b/c", "http://localhost:80/x", "http://127.0.0.1", "http://[::1]:1/"] {
            assert!(is_safe(url), "{url}");
        }
        for url in ["http://a.b/c", "http://localhost.a.b", "a.b", "ftp://localhost", "http://127.0.0.1@a.b/"]
        {
            assert!(!is_safe(url), "{url}");
        }
    }
}
