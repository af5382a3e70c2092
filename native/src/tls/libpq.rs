//! TLS as libpq's parameters ask for it: `sslmode`, `sslrootcert`, `sslcert`, `sslkey`.
//! Source: PostgreSQL's documentation, chapter "SSL Support".

use std::path::Path;

use rustls::ClientConfig;

use super::{Named, Roots, Verify, client_config};
use crate::driver::{ParameterError, Parameters};

/// The parameters read here.
pub(crate) const PARAMETERS: &[&str] = &["sslmode", "sslrootcert", "sslcert", "sslkey"];

/// What the parameters say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Policy {
    /// With TLS or without: the ways to try, in order.
    pub(crate) attempts: Vec<Attempt>,
    verify: Verify,
    roots: Roots,
    identity: Option<(Named, Named)>,
}

/// One way to connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// Without TLS.
    Plain,
    /// With TLS if the server offers it.
    Offered,
    /// With TLS or not at all.
    Encrypted,
}

impl Policy {
    /// `home` is the user's folder, where libpq looks for files that no parameter names.
    pub(crate) fn new(parameters: &Parameters, home: Option<&Path>) -> Result<Self, ParameterError> {
        for (name, instead) in UNSUPPORTED {
            if parameters.text(name).is_some() {
                return Err(ParameterError::Unsupported { name: (*name).into(), instead });
            }
        }
        let default = |file: &str| {
            let path = home?.join(".postgresql").join(file);
            path.is_file().then(|| path.to_string_lossy().into_owned())
        };
        let system = parameters.text("sslrootcert") == Some("system");
        let root = parameters.text("sslrootcert").map(str::to_owned).or_else(|| default("root.crt"));
        let (attempts, verify) = match parameters.text("sslmode") {
            None if system => (vec![Attempt::Encrypted], Verify::Identity),
            None | Some("prefer") => (vec![Attempt::Offered, Attempt::Plain], Verify::Nothing),
            Some("disable") => (vec![Attempt::Plain], Verify::Nothing),
            Some("allow") => (vec![Attempt::Plain, Attempt::Encrypted], Verify::Nothing),
            // With a root certificate at hand libpq checks the chain, as for `verify-ca`.
            Some("require") if root.is_some() => (vec![Attempt::Encrypted], Verify::Chain),
            Some("require") => (vec![Attempt::Encrypted], Verify::Nothing),
            Some("verify-ca") => (vec![Attempt::Encrypted], Verify::Chain),
            Some("verify-full") => (vec![Attempt::Encrypted], Verify::Identity),
            Some(_) => {
                let expected = "disable, allow, prefer, require, verify-ca or verify-full";
                return Err(ParameterError::Invalid { name: "sslmode".into(), expected });
            }
        };
        if system && verify != Verify::Identity {
            let expected = "verify-full, or left out, with `sslrootcert=system`";
            return Err(ParameterError::Invalid { name: "sslmode".into(), expected });
        }
        let roots = match root {
            _ if system => Roots::System,
            Some(path) => Roots::File(Named::new("sslrootcert", path)),
            None if verify == Verify::Nothing => Roots::System,
            None => {
                let expected = "given, as a PEM file or `system`, when `sslmode` is verify-ca or verify-full";
                return Err(ParameterError::Invalid { name: "sslrootcert".into(), expected });
            }
        };
        let own = |name: &str, file: &str| {
            parameters
                .text(name)
                .map(str::to_owned)
                .or_else(|| default(file))
                .map(|path| Named::new(name, path))
        };
        let identity = match (own("sslcert", "postgresql.crt"), own("sslkey", "postgresql.key")) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (Some(_), None) => {
                let expected = "given together with `sslcert`";
                return Err(ParameterError::Invalid { name: "sslkey".into(), expected });
            }
            (None, _) => None,
        };
        Ok(Self { attempts, verify, roots, identity })
    }

    /// Reads the certificate files.
    pub(crate) fn client_config(&self) -> Result<ClientConfig, ParameterError> {
        if self.attempts == [Attempt::Plain] {
            return client_config(Verify::Nothing, &Roots::System, None);
        }
        client_config(self.verify, &self.roots, self.identity.as_ref())
    }
}

const UNSUPPORTED: &[(&str, &str)] = &[
    ("sslcrl", "revocation lists are not read here; replace the certificate authority instead"),
    ("sslcrldir", "revocation lists are not read here; replace the certificate authority instead"),
    ("sslpassword", "store the key in `sslkey` without a password, readable only by its owner"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::EngineOptions;

    fn policy(query: &[(&str, &str)], home: Option<&Path>) -> Result<Policy, ParameterError> {
        let query: Vec<_> = query.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        Policy::new(&Parameters::new(&query, &EngineOptions::default()), home)
    }

    #[test]
    fn modes_mean_what_they_mean_in_libpq() {
        use Attempt::{Encrypted, Offered, Plain};
        use Verify::{Chain, Identity, Nothing};
        let root = ("sslrootcert", "/ca.pem");
        for (query, attempts, verify) in [
            (&[][..], &[Offered, Plain][..], Nothing),
            (&[("sslmode", "disable")], &[Plain], Nothing),
            (&[("sslmode", "allow")], &[Plain, Encrypted], Nothing),
            (&[("sslmode", "prefer"), root], &[Offered, Plain], Nothing),
            (&[("sslmode", "require")], &[Encrypted], Nothing),
            (&[("sslmode", "require"), root], &[Encrypted], Chain),
            (&[("sslmode", "verify-ca"), root], &[Encrypted], Chain),
            (&[("sslmode", "verify-full"), root], &[Encrypted], Identity),
            (&[("sslrootcert", "system")], &[Encrypted], Identity),
            (&[("sslmode", "verify-full"), ("sslrootcert", "system")], &[Encrypted], Identity),
        ] {
            let policy = policy(query, None).unwrap();
            assert_eq!((policy.attempts.as_slice(), policy.verify), (attempts, verify), "{query:?}");
        }
    }

    #[test]
    fn what_would_be_less_safe_than_asked_is_refused() {
        for query in [
            &[("sslmode", "verify-full")][..],
            &[("sslmode", "verify_full"), ("sslrootcert", "/ca.pem")],
            &[("sslmode", "require"), ("sslrootcert", "system")],
            &[("sslcert", "/c.pem")],
            &[("sslcrl", "/crl.pem")],
            &[("sslkey", "/k.pem"), ("sslcert", "/c.pem"), ("sslpassword", "hunter2")],
        ] {
            let error = policy(query, None).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"));
            assert!(error.hint().is_some());
        }
    }

    #[test]
    fn files_in_the_home_folder_are_found() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join(".postgresql");
        std::fs::create_dir(&folder).unwrap();
        for file in ["root.crt", "postgresql.crt", "postgresql.key"] {
            std::fs::write(folder.join(file), "").unwrap();
        }
        let found = policy(&[("sslmode", "require")], Some(home.path())).unwrap();
        assert_eq!(found.verify, Verify::Chain);
        assert!(found.identity.is_some());
        let error = found.client_config().unwrap_err();
        assert!(matches!(error, ParameterError::File { ref name, .. } if name == "sslrootcert"), "{error}");
    }
}
