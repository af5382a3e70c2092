//! The `auth` block of `feature_store.yaml`, as a server reads it: by whom tokens are vouched for.

use std::path::PathBuf;
use std::time::Duration;

use serde_yaml::Value;

use super::document::Document;
use super::error::Problem;

/// Who vouches for clients.
#[derive(Clone, Debug, PartialEq)]
pub enum AuthConfig {
    /// Nobody: clients are not told from each other.
    NoAuth,
    /// An OpenID Connect provider.
    Oidc(OidcConfig),
    /// A Kubernetes cluster.
    Kubernetes(KubernetesConfig),
}

/// An OpenID Connect provider, and what its tokens must say.
#[derive(Clone, Debug, PartialEq)]
pub struct OidcConfig {
    /// The address of its discovery document.
    pub discovery_url: String,
    /// Under which of its clients the roles of users are.
    pub client_id: Option<String>,
    /// Whether its certificate is checked.
    pub verify_ssl: bool,
    /// A PEM file of an authority that signs its certificate, beside the system's.
    pub ca_cert_path: Option<PathBuf>,
    /// The audience that tokens must be for, if any.
    pub audience: Option<String>,
    /// The issuer that tokens must be of, if any.
    pub issuer: Option<String>,
    /// How long its keys are used before they are fetched again.
    pub keys_lifespan: Duration,
    /// How long it may take to answer.
    pub timeout: Duration,
}

/// A Kubernetes cluster. Where nothing is said it is the one in which the server runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KubernetesConfig {
    /// The address of its API.
    pub api_server: Option<String>,
    /// The folder with the server's own `token`, `namespace` and the API's `ca.crt`.
    pub service_account: Option<PathBuf>,
}

/// Keys by which Feast knows a client's block, which says how to get tokens and not how to check them.
const OF_CLIENTS: [&str; 5] = ["client_secret", "token", "token_env_var", "username", "password"];
const OF_OIDC: [&str; 10] = [
    "type",
    "auth_discovery_url",
    "client_id",
    "ui_client_id",
    "verify_ssl",
    "ca_cert_path",
    "audience",
    "issuer",
    "jwks_cache_lifespan_seconds",
    "jwks_request_timeout_seconds",
];

impl AuthConfig {
    /// Reads the block of a whole document.
    ///
    /// # Errors
    /// The first key that is wrong.
    pub fn read(document: &Value) -> Result<Self, Problem> {
        let Some(map) = document.as_mapping() else { return Ok(AuthConfig::NoAuth) };
        let root = Document { map, prefix: "" };
        let map = match root.value("auth") {
            None | Some(Value::Null) => return Ok(AuthConfig::NoAuth),
            Some(_) => root.map("auth")?,
        };
        let Some(map) = map else { return Ok(AuthConfig::NoAuth) };
        let auth = Document { map, prefix: "auth" };
        match auth.text("type")? {
            Some("no_auth") => Ok(AuthConfig::NoAuth),
            Some("oidc") => oidc(auth).map(AuthConfig::Oidc),
            Some("kubernetes") => Ok(AuthConfig::Kubernetes(KubernetesConfig {
                api_server: auth.optional_text("api_server")?.map(str::to_owned),
                service_account: auth.optional_text("service_account")?.map(PathBuf::from),
            })),
            _ => Err(Problem::Mismatch {
                key: "auth.type".into(),
                expected: "no_auth, oidc or kubernetes",
                found: "something else".into(),
            }),
        }
    }
}

fn oidc(auth: Document<'_>) -> Result<OidcConfig, Problem> {
    // Neither keys nor values are shown: they may be secrets that were put in the wrong place.
    if OF_CLIENTS.iter().any(|key| auth.value(key).is_some()) {
        return Err(Problem::Mismatch {
            key: "auth".into(),
            expected: "a server's, with `auth_discovery_url` and without a client's secret, token or password",
            found: "a client's".into(),
        });
    }
    let known = |key: &Value| key.as_str().is_some_and(|key| OF_OIDC.contains(&key));
    if !auth.map.keys().all(known) {
        return Err(Problem::Mismatch {
            key: "auth".into(),
            expected: "without other keys than those of Feast's `OidcAuthConfig`",
            found: "a map with one that is none of them".into(),
        });
    }
    let seconds = |key: &str, default: f64| -> Result<Duration, Problem> {
        let seconds = auth.seconds(key)?.unwrap_or(default);
        let duration = Duration::try_from_secs_f64(seconds).ok().filter(|duration| !duration.is_zero());
        duration.ok_or_else(|| Problem::Mismatch {
            key: auth.path(key),
            expected: "more than 0 seconds",
            found: seconds.to_string(),
        })
    };
    let given = |key: &str| -> Result<Option<String>, Problem> {
        Ok(auth.optional_text(key)?.filter(|text| !text.is_empty()).map(str::to_owned))
    };
    Ok(OidcConfig {
        discovery_url: given("auth_discovery_url")?
            .ok_or_else(|| Problem::Missing { key: auth.path("auth_discovery_url") })?,
        client_id: given("client_id")?,
        verify_ssl: auth.flag("verify_ssl")?.unwrap_or(true),
        ca_cert_path: given("ca_cert_path")?.map(PathBuf::from),
        audience: given("audience")?,
        issuer: given("issuer")?,
        keys_lifespan: seconds("jwks_cache_lifespan_seconds", 300.0)?,
        timeout: seconds("jwks_request_timeout_seconds", 10.0)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(auth: &str) -> Result<AuthConfig, Problem> {
        AuthConfig::read(&serde_yaml::from_str(auth).unwrap())
    }

    #[test]
    fn a_server_takes_feasts_keys_and_no_others() {
        assert_eq!(read("{}").unwrap(), AuthConfig::NoAuth);
        assert_eq!(read("auth: {type: no_auth}").unwrap(), AuthConfig::NoAuth);
        let Ok(AuthConfig::Oidc(oidc)) = read(
            "auth: {type: oidc, auth_discovery_url: 'https://i/d', client_id: c, audience: a, \
             jwks_cache_lifespan_seconds: 5, ca_cert_path: ''}",
        ) else {
            panic!()
        };
        assert_eq!((oidc.audience.as_deref(), oidc.ca_cert_path), (Some("a"), None));
        assert!(oidc.verify_ssl && oidc.keys_lifespan == Duration::from_secs(5) && oidc.issuer.is_none());
        let kubernetes = read("auth: {type: kubernetes, user_token: x, other: 1}");
        assert_eq!(kubernetes.unwrap(), AuthConfig::Kubernetes(KubernetesConfig::default()));
    }

    #[test]
    fn what_is_wrong_is_refused_and_not_shown() {
        for (auth, says) in [
            ("auth: {}", "auth.type"),
            ("auth: {type: ldap}", "auth.type"),
            ("auth: {type: oidc}", "auth_discovery_url"),
            ("auth: {type: oidc, auth_discovery_url: x, client_secret: hush}", "a client's"),
            ("auth: {type: oidc, auth_discovery_url: x, hush: 1}", "other keys"),
            ("auth: {type: oidc, auth_discovery_url: x, jwks_cache_lifespan_seconds: 0}", "more than 0"),
            ("auth: {type: oidc, auth_discovery_url: x, verify_ssl: perhaps}", "verify_ssl"),
            ("auth: hush", "auth"),
        ] {
            let told = read(auth).unwrap_err().to_string();
            assert!(told.contains(says) && !told.contains("hush"), "{auth}: {told}");
        }
    }
}
