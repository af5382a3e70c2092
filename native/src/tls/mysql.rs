//! TLS as the Python drivers of MySQL spell it: PyMySQL's and mysqlclient's `ssl` map, the flat
//! `ssl_*` arguments, and `ssl_mode`.
//!
//! Where an authority is named but no check is asked for, its signature is checked. (PyMySQL
//! ignores a flat `ssl_ca` then, which nobody can want.)

use std::path::PathBuf;

use mysql_async::{ClientIdentity, SslOpts};

use super::{Named, Roots, Verify, client_config, install_provider};
use crate::driver::{ParameterError, Parameters};

/// The parameters read here.
pub(crate) const PARAMETERS: &[&str] = &[
    "ssl",
    "ssl_ca",
    "ssl_cert",
    "ssl_disabled",
    "ssl_key",
    "ssl_mode",
    "ssl_verify_cert",
    "ssl_verify_identity",
];

/// What the parameters say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Policy {
    /// With TLS, without, or as the server offers.
    pub(crate) encryption: Encryption,
    verify: Verify,
    roots: Roots,
    identity: Option<(Named, Named)>,
}

/// With TLS or without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encryption {
    /// Never.
    Off,
    /// If the server offers it.
    Offered,
    /// Always.
    Required,
}

/// A URL's `ssl_ca` and its like become keys of the `ssl` map, which is what SQLAlchemy does.
pub(crate) fn nested(query: &[(String, String)]) -> Vec<(String, String)> {
    let renamed = |name: &String| match name.as_str() {
        "ssl_ca" | "ssl_key" | "ssl_cert" | "ssl_capath" | "ssl_cipher" | "ssl_check_hostname" => {
            name.replacen('_', ".", 1)
        }
        _ => name.clone(),
    };
    query.iter().map(|(name, value)| (renamed(name), value.clone())).collect()
}

impl Policy {
    pub(crate) fn new(parameters: &Parameters) -> Result<Self, ParameterError> {
        for (name, instead) in UNSUPPORTED {
            if parameters.text(name).is_some() {
                return Err(ParameterError::Unsupported { name: (*name).into(), instead });
            }
        }
        let file = |names: [&str; 2]| {
            names.iter().find_map(|name| parameters.text(name).map(|path| Named::new(*name, path)))
        };
        let authority = file(["ssl.ca", "ssl_ca"]);
        let identity = match (file(["ssl.cert", "ssl_cert"]), file(["ssl.key", "ssl_key"])) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            // One file may hold both.
            (Some(both), None) => Some((both.clone(), both)),
            (None, Some(key)) => {
                let expected = "given together with `ssl_cert`";
                return Err(ParameterError::Invalid { name: key.parameter, expected });
            }
            (None, None) => None,
        };

        let nested = parameters.names().any(|name| name.starts_with("ssl."));
        let chain = match parameters.flag("ssl_verify_cert")? {
            Some(flag) => Some(flag),
            None => verify_mode(parameters)?,
        };
        let name = match parameters.flag("ssl_verify_identity")? {
            Some(flag) => Some(flag),
            None => parameters.flag("ssl.check_hostname")?,
        };
        // The map's default with an authority is to check everything; the flat arguments' is not.
        let name = name.unwrap_or(parameters.has("ssl.ca") && chain != Some(false));
        let asked = nested
            || authority.is_some()
            || identity.is_some()
            || chain == Some(true)
            || name
            || parameters.flag("ssl")? == Some(true);
        let verify = match (chain, name) {
            (_, true) => Verify::Identity,
            (Some(true), false) => Verify::Chain,
            (None, false) if authority.is_some() => Verify::Chain,
            (Some(false) | None, false) => Verify::Nothing,
        };
        let (encryption, verify) = match mode(parameters)? {
            _ if parameters.flag("ssl_disabled")? == Some(true) => (Encryption::Off, Verify::Nothing),
            Some(Mode::Disabled) => (Encryption::Off, Verify::Nothing),
            Some(Mode::Preferred) if verify == Verify::Nothing => (Encryption::Offered, verify),
            Some(Mode::Preferred | Mode::Required) => (Encryption::Required, verify),
            Some(Mode::VerifyCa) => (Encryption::Required, verify.max(Verify::Chain)),
            Some(Mode::VerifyIdentity) => (Encryption::Required, Verify::Identity),
            None if asked => (Encryption::Required, verify),
            None => (Encryption::Offered, verify),
        };
        Ok(Self { encryption, verify, roots: authority.map_or(Roots::System, Roots::File), identity })
    }

    /// Reads the certificate files.
    pub(crate) fn options(&self) -> Result<Option<SslOpts>, ParameterError> {
        if self.encryption == Encryption::Off {
            return Ok(None);
        }
        install_provider();
        // Finds out now what is wrong with the files, and names the parameter.
        client_config(self.verify, &self.roots, self.identity.as_ref())?;
        let mut options = SslOpts::default();
        if let Some((certificate, key)) = &self.identity {
            let (certificate, key) = (PathBuf::from(&certificate.path), PathBuf::from(&key.path));
            options = options.with_client_identity(Some(ClientIdentity::new(certificate.into(), key.into())));
        }
        if self.verify == Verify::Nothing {
            return Ok(Some(options.with_danger_accept_invalid_certs(true)));
        }
        let roots = self.roots.certificates()?;
        options = options
            .with_disable_built_in_roots(true)
            .with_root_certs(roots.into_iter().map(|root| root.to_vec().into()).collect());
        if self.verify == Verify::Chain {
            // The driver recognizes a name mismatch, which it is to forgive, by this word in the
            // error's text. Since rustls words that text otherwise now, the word is put into it as
            // the name to look for. Should the driver look at the error's type instead, this still
            // holds: no certificate has this name.
            options = options
                .with_danger_skip_domain_validation(true)
                .with_danger_tls_hostname_override(Some("NotValidForName"));
        }
        Ok(Some(options))
    }
}

#[derive(Clone, Copy)]
enum Mode {
    Disabled,
    Preferred,
    Required,
    VerifyCa,
    VerifyIdentity,
}

fn mode(parameters: &Parameters) -> Result<Option<Mode>, ParameterError> {
    let expected = "DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY";
    parameters.parse("ssl_mode", expected, |text| match text.to_ascii_uppercase().as_str() {
        "DISABLED" => Some(Mode::Disabled),
        "PREFERRED" => Some(Mode::Preferred),
        "REQUIRED" => Some(Mode::Required),
        "VERIFY_CA" => Some(Mode::VerifyCa),
        "VERIFY_IDENTITY" => Some(Mode::VerifyIdentity),
        _ => None,
    })
}

/// PyMySQL's `ssl: {verify_mode: ...}`.
fn verify_mode(parameters: &Parameters) -> Result<Option<bool>, ParameterError> {
    let expected = "none, optional, required, true or false";
    parameters.parse("ssl.verify_mode", expected, |text| match text.to_ascii_lowercase().as_str() {
        "none" | "0" | "false" | "no" => Some(false),
        "optional" | "required" | "1" | "true" | "yes" => Some(true),
        _ => None,
    })
}

const UNSUPPORTED: &[(&str, &str)] = &[
    ("ssl.capath", "name one PEM file with all authorities in `ssl_ca`"),
    ("ssl_capath", "name one PEM file with all authorities in `ssl_ca`"),
    ("ssl.cipher", "leave it out: only TLS 1.2 and 1.3 with strong ciphers are spoken"),
    ("ssl_cipher", "leave it out: only TLS 1.2 and 1.3 with strong ciphers are spoken"),
    ("ssl.password", "store the key in `ssl_key` without a password, readable only by its owner"),
    ("ssl_key_password", "store the key in `ssl_key` without a password, readable only by its owner"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ConnectArguments, EngineOptions};

    fn policy(query: &[(&str, &str)], connect_args: &[(&str, &str)]) -> Result<Policy, ParameterError> {
        let query: Vec<_> = query.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let connect_args = ConnectArguments::from_iter(connect_args.iter().copied());
        let engine = EngineOptions { connect_args, ..EngineOptions::default() };
        Policy::new(&Parameters::new(&nested(&query), &engine))
    }

    #[test]
    fn a_urls_parameters() {
        use Encryption::{Off, Offered, Required};
        use Verify::{Chain, Identity, Nothing};
        let ca = ("ssl_ca", "/ca.pem");
        for (query, encryption, verify) in [
            (&[][..], Offered, Nothing),
            (&[("ssl_disabled", "true"), ca], Off, Nothing),
            (&[("ssl_mode", "DISABLED")], Off, Nothing),
            (&[("ssl_mode", "required")], Required, Nothing),
            (&[("ssl_mode", "VERIFY_CA"), ca, ("ssl_check_hostname", "false")], Required, Chain),
            (&[("ssl_mode", "VERIFY_IDENTITY"), ca], Required, Identity),
            (&[ca], Required, Identity),
            (&[ca, ("ssl_check_hostname", "false")], Required, Chain),
            (&[ca, ("ssl_verify_cert", "false")], Required, Nothing),
            (&[("ssl_verify_cert", "true")], Required, Chain),
            (&[("ssl_verify_identity", "true")], Required, Identity),
            (&[("ssl_cert", "/c.pem"), ("ssl_key", "/k.pem")], Required, Nothing),
        ] {
            let policy = policy(query, &[]).unwrap();
            assert_eq!((policy.encryption, policy.verify), (encryption, verify), "{query:?}");
        }
    }

    #[test]
    fn connect_args() {
        use Verify::{Chain, Identity, Nothing};
        for (arguments, verify) in [
            (&[("ssl.ca", "/ca.pem")][..], Identity),
            (&[("ssl.ca", "/ca.pem"), ("ssl.check_hostname", "false")], Chain),
            (&[("ssl.ca", "/ca.pem"), ("ssl.verify_mode", "none")], Nothing),
            (&[("ssl.fake_flag_to_enable_tls", "true")], Nothing),
            (&[("ssl", "true")], Nothing),
            (&[("ssl_ca", "/ca.pem")], Chain),
            (&[("ssl_ca", "/ca.pem"), ("ssl_verify_identity", "true")], Identity),
        ] {
            let policy = policy(&[], arguments).unwrap();
            assert_eq!((policy.encryption, policy.verify), (Encryption::Required, verify), "{arguments:?}");
        }
    }

    #[test]
    fn what_would_be_less_safe_than_asked_is_refused() {
        for query in [
            &[("ssl_capath", "/etc/ssl")][..],
            &[("ssl_mode", "VERIFY")],
            &[("ssl_key", "/k.pem")],
            &[("ssl_verify_cert", "perhaps")],
            &[("ssl_key_password", "hunter2")],
        ] {
            let error = policy(query, &[]).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"));
        }
        let missing = policy(&[("ssl_ca", "/no/such/file.pem")], &[]).unwrap();
        assert!(matches!(missing.options(), Err(ParameterError::File { .. })));
    }
}
