//! Certificates made for a test, on disk: an authority, a server called `localhost`, a client, and a stranger's authority.

use std::path::PathBuf;

use anyhow::Result;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

/// `ca.pem`, `server.pem` and `.key`, `client.pem` and `.key`, and `stranger.pem`, an authority that signed none of them.
#[derive(Debug)]
pub struct Certificates {
    folder: tempfile::TempDir,
}

impl Certificates {
    /// Makes them.
    pub fn make() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let write = |name: &str, content: String| std::fs::write(folder.path().join(name), content);
        for authority in ["ca", "stranger"] {
            let mut params = CertificateParams::new([])?;
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params.distinguished_name.push(DnType::CommonName, authority);
            let key = KeyPair::generate()?;
            write(&format!("{authority}.pem"), params.self_signed(&key)?.pem())?;
            if authority == "stranger" {
                continue;
            }
            let issuer = Issuer::new(params, key);
            for (name, hosts) in [("server", vec!["localhost".to_owned()]), ("client", vec![])] {
                let mut params = CertificateParams::new(hosts)?;
                params.distinguished_name.push(DnType::CommonName, name);
                let key = KeyPair::generate()?;
                write(&format!("{name}.pem"), params.signed_by(&key, &issuer)?.pem())?;
                write(&format!("{name}.key"), key.serialize_pem())?;
            }
        }
        Ok(Self { folder })
    }

    /// The path of a file.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}
