//! TLS of the gRPC door: the server's certificate, and whose certificates clients must show.

use std::{
    io,
    path::{Path, PathBuf},
};

use tonic::transport::{Certificate, Identity, server::ServerTlsConfig};

/// PEM files.
#[derive(Clone, Debug)]
pub struct TlsOptions {
    /// The server's certificate, with its chain.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
    /// Who signs the certificates of clients. Without it clients need none.
    pub client_authority: Option<PathBuf>,
}

/// Files that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// One cannot be read.
    #[error("cannot read `{}`", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// They are not what they should be, or do not belong together.
    #[error("cannot serve TLS with {}", options.names())]
    Unfit {
        /// Which.
        options: TlsOptions,
        /// Why.
        source: tonic::transport::Error,
    },
}

impl TlsOptions {
    pub(super) fn config(&self) -> Result<ServerTlsConfig, TlsError> {
        let identity = Identity::from_pem(read(&self.certificate)?, read(&self.key)?);
        let config = ServerTlsConfig::new().identity(identity);
        Ok(match &self.client_authority {
            Some(authority) => config.client_ca_root(Certificate::from_pem(read(authority)?)),
            None => config,
        })
    }

    fn names(&self) -> String {
        let files = [Some(&self.certificate), Some(&self.key), self.client_authority.as_ref()];
        let names: Vec<String> =
            files.into_iter().flatten().map(|path| format!("`{}`", path.display())).collect();
        names.join(", ")
    }
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|source| TlsError::Unreadable { path: path.into(), source })
}
