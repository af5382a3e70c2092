//! Users as the tokens of an OpenID Connect provider tell of them, after Feast's rules: the name is the first text
//! among `preferred_username`, `upn`, `azp`, `appid` and `sub`; roles are in `resource_access.CLIENT.roles` and in
//! `roles`, groups in `groups`. A service account of Kubernetes may come with its token; the cluster is asked then.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use feast_registry_core::catalog::permissions::User;
use jsonwebtoken::{Header, Validation, decode, decode_header, errors::ErrorKind};
use serde_json::Value;

use super::{
    AuthError, Unauthenticated, Verified,
    http::{Client, Trust, is_safe},
    keys::{Found, Keys},
    kubernetes::Kubernetes,
    signatures,
};
use crate::{
    clock,
    config::{KubernetesConfig, OidcConfig},
};

/// By how much clocks may differ, in seconds.
const LEEWAY: u64 = 10;
const NAMES: [&str; 5] = ["preferred_username", "upn", "azp", "appid", "sub"];

pub(super) struct Oidc {
    keys: Keys,
    validation: Validation,
    client_id: Option<String>,
    /// Where the server runs in a cluster.
    cluster: Option<Kubernetes>,
}

impl Oidc {
    pub(super) fn new(config: &OidcConfig) -> Result<Self, AuthError> {
        signatures::install();
        let trust = match config.verify_ssl {
            true => Trust::System(config.ca_cert_path.as_deref()),
            false => Trust::Everybody,
        };
        if !is_safe(&config.discovery_url) || !config.verify_ssl {
            tracing::warn!(
                "who is between this server and the identity provider can make tokens that are accepted"
            );
        }
        if config.audience.is_none() {
            tracing::warn!(
                "tokens that the provider made for other services are accepted; set `auth.audience`"
            );
        }
        let client = Client::new("the identity provider", trust, config.timeout)?;
        let keys = Keys::new(client, config.discovery_url.clone(), config.keys_lifespan);
        let cluster = Kubernetes::new(&KubernetesConfig::default()).ok();
        Ok(Oidc { keys, validation: validation(config), client_id: config.client_id.clone(), cluster })
    }

    /// The user of a token.
    pub(super) fn verify(&self, token: &str) -> Result<Verified, Unauthenticated> {
        if is_of_cluster(token) {
            let cluster = self.cluster.as_ref();
            let cluster = cluster.ok_or(Unauthenticated::Refused("it is of a Kubernetes cluster"))?;
            return cluster.verify_account(token);
        }
        let header = header(token)?;
        let found = self.keys.find(header.kid.as_deref(), header.alg)?;
        self.verify_with(token, &header, found)
    }

    /// As [`Oidc::verify`], without asking anybody: `None` where that is necessary.
    pub(super) fn verify_at_once(&self, token: &str) -> Option<Result<Verified, Unauthenticated>> {
        if is_of_cluster(token) {
            return None;
        }
        match header(token) {
            Ok(header) => {
                let found = self.keys.at_hand(header.kid.as_deref(), header.alg)?;
                Some(self.verify_with(token, &header, found))
            }
            Err(refused) => Some(Err(refused)),
        }
    }

    fn verify_with(&self, token: &str, header: &Header, found: Found) -> Result<Verified, Unauthenticated> {
        let (key, lasts) = found.ok_or(Unauthenticated::Refused("its key is none of the provider's"))?;
        let mut validation = self.validation.clone();
        validation.algorithms = vec![header.alg];
        let decoded = decode::<Value>(token, &key, &validation);
        let claims = decoded.map_err(|error| Unauthenticated::Refused(reason(error.kind())))?.claims;
        let until = claims["exp"].as_f64().unwrap_or_default();
        let left = Duration::try_from_secs_f64(until - clock::now().0 as f64).unwrap_or_default();
        let user = user(&claims, self.client_id.as_deref());
        Ok(Verified {
            user: user.ok_or(Unauthenticated::Refused("it names nobody"))?,
            lasts: lasts.min(left),
        })
    }
}

fn header(token: &str) -> Result<Header, Unauthenticated> {
    let header = decode_header(token).map_err(|_| Unauthenticated::Refused("it is no JSON web token"))?;
    match signatures::ACCEPTED.contains(&header.alg) {
        true => Ok(header),
        false => Err(Unauthenticated::Refused("its signature is neither RS256 nor ES256")),
    }
}

fn validation(config: &OidcConfig) -> Validation {
    let mut validation = Validation::default();
    let mut required = vec!["exp"];
    validation.leeway = LEEWAY;
    validation.validate_nbf = true;
    match &config.audience {
        Some(audience) => {
            validation.set_audience(&[audience]);
            required.push("aud");
        }
        None => validation.validate_aud = false,
    }
    if let Some(issuer) = &config.issuer {
        validation.set_issuer(&[issuer]);
        required.push("iss");
    }
    validation.set_required_spec_claims(&required);
    validation
}

/// Whether it says of itself that a Kubernetes cluster made it; nothing more is believed of it.
fn is_of_cluster(token: &str) -> bool {
    let claims = token.split('.').nth(1).and_then(|claims| URL_SAFE_NO_PAD.decode(claims).ok());
    let claims: Option<Value> = claims.and_then(|claims| serde_json::from_slice(&claims).ok());
    claims.is_some_and(|claims| claims["kubernetes.io"].is_object())
}

fn user(claims: &Value, client_id: Option<&str>) -> Option<User> {
    let name = NAMES.iter().find_map(|name| claims[*name].as_str())?;
    let texts = |list: &Value| -> Vec<String> {
        list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let mut roles = client_id.map(|id| texts(&claims["resource_access"][id]["roles"])).unwrap_or_default();
    for role in texts(&claims["roles"]) {
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    Some(User { name: name.into(), roles, groups: texts(&claims["groups"]), namespaces: Vec::new() })
}

fn reason(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::ExpiredSignature => "it has expired",
        ErrorKind::ImmatureSignature => "it is not valid yet",
        ErrorKind::InvalidSignature => "its signature is wrong",
        ErrorKind::InvalidAudience => "it is for another audience",
        ErrorKind::InvalidIssuer => "it is of another issuer",
        ErrorKind::MissingRequiredClaim(claim) => match claim.as_str() {
            "exp" => "it does not say when it expires",
            "aud" => "it does not say for whom it is",
            _ => "it does not say of whom it is",
        },
        ErrorKind::InvalidClaimFormat(_) => "its times are no numbers",
        _ => "it cannot be read",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn users_are_who_feast_takes_them_for() {
        let claims = json!({
            "preferred_username": 7, "upn": null, "azp": "app", "sub": "id",
            "resource_access": {"feast": {"roles": ["reader", 1]}, "other": {"roles": ["admin"]}},
            "roles": ["writer", "reader"], "groups": ["a", "b"],
        });
        let found = user(&claims, Some("feast")).unwrap();
        assert_eq!((found.name.as_str(), found.roles.join(" ")), ("app", "reader writer".into()));
        assert_eq!(found.groups, ["a", "b"]);
        assert_eq!(user(&claims, None).unwrap().roles, ["writer", "reader"]);
        assert_eq!(
            user(&json!({"roles": "x", "sub": "s", "groups": {}}), Some("feast")).unwrap().roles.len(),
            0
        );
        assert_eq!(user(&json!({"name": "x"}), None), None);
    }
}
