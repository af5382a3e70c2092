//! TLS to the two servers, by rustls with ring: what the parameters of each driver ask for
//! (`libpq`, `mysql`), and the certificate checks that are weaker than rustls' own.

pub(crate) mod libpq;
pub(crate) mod mysql;

use std::path::Path;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use crate::driver::ParameterError;

/// How much of the server's certificate is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verify {
    /// Nothing: encrypted, but with whoever answers.
    Nothing,
    /// That a trusted authority signed it.
    Chain,
    /// That, and that it was made for the host's name.
    Identity,
}

/// Where the trusted authorities are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Roots {
    /// The operating system's.
    System,
    /// A PEM file's, and only those.
    File(Named),
}

/// A file, and the parameter that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) parameter: String,
    pub(crate) path: String,
}

impl Named {
    pub(crate) fn new(parameter: impl Into<String>, path: impl Into<String>) -> Self {
        Self { parameter: parameter.into(), path: path.into() }
    }

    fn refused(&self, reason: impl ToString) -> ParameterError {
        ParameterError::File {
            name: self.parameter.clone(),
            path: self.path.clone(),
            reason: reason.to_string(),
        }
    }

    pub(crate) fn certificates(&self) -> Result<Vec<CertificateDer<'static>>, ParameterError> {
        let found = CertificateDer::pem_file_iter(Path::new(&self.path))
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| self.refused(error))?;
        if found.is_empty() { Err(self.refused("it holds no PEM certificate")) } else { Ok(found) }
    }

    pub(crate) fn private_key(&self) -> Result<PrivateKeyDer<'static>, ParameterError> {
        PrivateKeyDer::from_pem_file(Path::new(&self.path)).map_err(|error| self.refused(error))
    }
}

impl Roots {
    pub(crate) fn certificates(&self) -> Result<Vec<CertificateDer<'static>>, ParameterError> {
        match self {
            Self::File(file) => file.certificates(),
            Self::System => {
                let found = rustls_native_certs::load_native_certs();
                if found.certs.is_empty() {
                    let reason = found.errors.first().map_or("none found".into(), ToString::to_string);
                    return Err(self.refused(reason));
                }
                Ok(found.certs)
            }
        }
    }

    fn refused(&self, reason: impl ToString) -> ParameterError {
        match self {
            Self::File(file) => file.refused(reason),
            Self::System => Named::new("sslrootcert", "system").refused(reason),
        }
    }

    fn store(&self) -> Result<RootCertStore, ParameterError> {
        let mut store = RootCertStore::empty();
        let certificates = self.certificates()?;
        match self {
            // The operating system's collection may hold some that rustls does not take.
            Self::System => drop(store.add_parsable_certificates(certificates)),
            Self::File(file) => {
                for certificate in certificates {
                    store.add(certificate).map_err(|error| file.refused(error))?;
                }
            }
        }
        Ok(store)
    }
}

/// Makes ring the process's provider: rustls cannot choose should another crate bring a second.
pub(crate) fn install_provider() -> Arc<CryptoProvider> {
    let installed = || CryptoProvider::get_default().cloned();
    installed().unwrap_or_else(|| {
        // Another thread may have been first, which is as good.
        let _ = ring::default_provider().install_default();
        installed().unwrap_or_else(|| Arc::new(ring::default_provider()))
    })
}

/// The configuration of a client with the given checks and, if the server asks, identity.
pub(crate) fn client_config(
    verify: Verify,
    roots: &Roots,
    identity: Option<&(Named, Named)>,
) -> Result<ClientConfig, ParameterError> {
    let provider = install_provider();
    let builder = ClientConfig::builder();
    let builder = match verify {
        Verify::Identity => builder.with_root_certificates(roots.store()?),
        Verify::Nothing => {
            builder.dangerous().with_custom_certificate_verifier(Arc::new(Unverified(provider)))
        }
        Verify::Chain => {
            let chain = WebPkiServerVerifier::builder(Arc::new(roots.store()?))
                .build()
                .map_err(|error| roots.refused(error))?;
            builder.dangerous().with_custom_certificate_verifier(Arc::new(AnyName(chain)))
        }
    };
    match identity {
        None => Ok(builder.with_no_client_auth()),
        Some((certificate, key)) => builder
            .with_client_auth_cert(certificate.certificates()?, key.private_key()?)
            .map_err(|error| key.refused(error)),
    }
}

/// Accepts any certificate, even one that cannot be read.
#[derive(Debug)]
struct Unverified(Arc<CryptoProvider>);

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// Checks the chain and leaves the name out.
#[derive(Debug)]
struct AnyName(Arc<WebPkiServerVerifier>);

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        use CertificateError::{NotValidForName, NotValidForNameContext};
        match self.0.verify_server_cert(end_entity, intermediates, name, ocsp, now) {
            // The name is checked last: everything else was in order.
            Err(Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. })) => {
                Ok(ServerCertVerified::assertion())
            }
            outcome => outcome,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}
