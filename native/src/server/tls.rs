//! TLS of the doors: the server's certificate, and whose certificates clients must show.

use std::{
    error::Error,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    RootCertStore, ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::WebPkiClientVerifier,
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
        source: Box<dyn Error + Send + Sync>,
    },
}

impl TlsError {
    /// What the person who meets the error can do.
    pub(super) fn hint(&self) -> Option<&'static str> {
        Some("give PEM files: `--cert` and `--key` of the server, `--ca` of its clients")
    }
}

impl TlsOptions {
    /// For the gRPC door.
    pub(super) fn for_tonic(&self) -> Result<ServerTlsConfig, TlsError> {
        let identity = Identity::from_pem(read(&self.certificate)?, read(&self.key)?);
        let config = ServerTlsConfig::new().identity(identity);
        Ok(match &self.client_authority {
            Some(authority) => config.client_ca_root(Certificate::from_pem(read(authority)?)),
            None => config,
        })
    }

    /// For the REST door.
    pub(super) fn for_rustls(&self) -> Result<Arc<ServerConfig>, TlsError> {
        let (certificate, key) = (read(&self.certificate)?, read(&self.key)?);
        let authority = self.client_authority.as_deref().map(read).transpose()?;
        let config = rustls_config(&certificate, &key, authority.as_deref());
        config.map(Arc::new).map_err(|source| self.unfit(source))
    }

    /// What goes wrong where the files can be read.
    pub(super) fn unfit(&self, source: impl Into<Box<dyn Error + Send + Sync>>) -> TlsError {
        TlsError::Unfit { options: self.clone(), source: source.into() }
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

fn rustls_config(
    certificate: &[u8],
    key: &[u8],
    authority: Option<&[u8]>,
) -> Result<ServerConfig, Box<dyn Error + Send + Sync>> {
    let provider = Arc::new(ring::default_provider());
    let chain: Vec<_> = CertificateDer::pem_slice_iter(certificate).collect::<Result<_, _>>()?;
    let config =
        ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()?;
    let config = match authority {
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            for root in CertificateDer::pem_slice_iter(authority) {
                roots.add(root?)?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider).build()?;
            config.with_client_cert_verifier(verifier)
        }
        None => config.with_no_client_auth(),
    };
    let mut config = config.with_single_cert(chain, PrivateKeyDer::from_pem_slice(key)?)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
