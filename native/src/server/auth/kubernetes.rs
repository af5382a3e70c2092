//! Users as a Kubernetes cluster tells of them: it reviews every token, and nothing is believed that the token says
//! itself. Roles are those of the cluster that are bound to the user, by name, as in Feast: for a service account
//! in the server's namespace, for others everywhere.

use std::{fs, path::PathBuf, time::Duration};

use feast_registry_core::catalog::permissions::User;
use serde::Deserialize;
use serde_json::json;

use super::{
    AuthError, Unauthenticated, Verified,
    http::{Client, Failed, Trust, is_safe},
};
use crate::config::KubernetesConfig;

const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
const PATIENCE: Duration = Duration::from_secs(10);
/// Whom the token belongs to is asked again after so long.
const LASTS: Duration = Duration::from_secs(10);
const RBAC: &str = "apis/rbac.authorization.k8s.io/v1";

pub(super) struct Kubernetes {
    client: Client,
    api: String,
    folder: PathBuf,
}

#[derive(Deserialize)]
struct Review {
    #[serde(default)]
    status: Status,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Status {
    authenticated: bool,
    user: Reviewed,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Reviewed {
    username: String,
    groups: Vec<String>,
}

#[derive(Deserialize)]
struct Bindings {
    items: Vec<Binding>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Binding {
    #[serde(default)]
    metadata: Metadata,
    role_ref: RoleRef,
    #[serde(default)]
    subjects: Option<Vec<Subject>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    name: String,
    namespace: String,
    labels: std::collections::BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct RoleRef {
    kind: String,
    name: String,
}

#[derive(Deserialize)]
struct Subject {
    kind: String,
    name: String,
    #[serde(default)]
    namespace: String,
}

impl Kubernetes {
    pub(super) fn new(config: &KubernetesConfig) -> Result<Self, AuthError> {
        let folder = config.service_account.clone().unwrap_or_else(|| SERVICE_ACCOUNT.into());
        let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let own = || {
            let host = variable("KUBERNETES_SERVICE_HOST")?;
            let host = if host.contains(':') { format!("[{host}]") } else { host };
            Some(format!("https://{host}:{}", variable("KUBERNETES_SERVICE_PORT")?))
        };
        let api = config.api_server.clone().or_else(own);
        let api = api.ok_or_else(|| AuthError("the server does not run in a Kubernetes cluster".into()))?;
        if !is_safe(&api) {
            return Err(AuthError(
                "`auth.api_server` is not `https://`: tokens would be sent as they are".into(),
            ));
        }
        let authority = folder.join("ca.crt");
        let trust = if authority.is_file() { Trust::Only(&authority) } else { Trust::System(None) };
        let client = Client::new("the Kubernetes API", trust, PATIENCE)?;
        Ok(Kubernetes { client, api: api.trim_end_matches('/').into(), folder })
    }

    /// The user of a token, with roles.
    pub(super) fn verify(&self, token: &str) -> Result<Verified, Unauthenticated> {
        let Reviewed { username, groups } = self.review(token)?;
        let mut namespaces: Vec<String> = groups
            .iter()
            .filter_map(|group| group.strip_prefix("system:serviceaccounts:"))
            .map(Into::into)
            .collect();
        let (name, roles) = match account(&username) {
            Some((namespace, name)) => {
                namespaces.push(namespace.into());
                let bindings =
                    self.list(&format!("{RBAC}/namespaces/{}/rolebindings", self.own("namespace")?))?;
                let is_bound = |subject: &Subject| {
                    subject.kind == "ServiceAccount" && subject.name == name && subject.namespace == namespace
                };
                (format!("{namespace}:{name}"), roles(&bindings, is_bound))
            }
            None => {
                let mut bindings = self.list(&format!("{RBAC}/rolebindings"))?;
                let is_user = |subject: &Subject| subject.kind == "User" && subject.name == username;
                let own = bindings.iter().filter(|binding| binding.opens_namespace());
                let own = own.filter(|binding| binding.subjects().any(is_user));
                namespaces.extend(own.map(|binding| binding.metadata.namespace.clone()));
                bindings.extend(self.list(&format!("{RBAC}/clusterrolebindings"))?);
                let is_bound = |subject: &Subject| {
                    is_user(subject) || subject.kind == "Group" && groups.contains(&subject.name)
                };
                (username.clone(), roles(&bindings, is_bound))
            }
        };
        namespaces.sort();
        namespaces.dedup();
        Ok(Verified { user: User { name, roles, groups, namespaces }, lasts: LASTS })
    }

    /// The service account of a token, with its namespace and nothing else.
    pub(super) fn verify_account(&self, token: &str) -> Result<Verified, Unauthenticated> {
        let Reviewed { username, .. } = self.review(token)?;
        let namespaces = account(&username).map(|(namespace, _)| namespace.to_owned()).into_iter().collect();
        Ok(Verified { user: User { name: username, namespaces, ..User::default() }, lasts: LASTS })
    }

    fn review(&self, token: &str) -> Result<Reviewed, Unauthenticated> {
        let url = format!("{}/apis/authentication.k8s.io/v1/tokenreviews", self.api);
        let (api_version, kind) = ("authentication.k8s.io/v1", "TokenReview");
        let asked = json!({"apiVersion": api_version, "kind": kind, "spec": {"token": token}});
        let Review { status } = self.client.post(&url, &self.own("token")?, &asked)?;
        match status.authenticated && !status.user.username.is_empty() {
            true => Ok(status.user),
            false => Err(Unauthenticated::Refused("the cluster does not know it")),
        }
    }

    fn list(&self, path: &str) -> Result<Vec<Binding>, Failed> {
        let url = format!("{}/{path}", self.api);
        let Bindings { items } = self.client.get(&url, Some(&self.own("token")?))?;
        Ok(items)
    }

    /// A file of the server's own service account. The token is replaced by the cluster from time to time.
    fn own(&self, file: &str) -> Result<String, Failed> {
        let text = fs::read_to_string(self.folder.join(file));
        let text = text.map(|text| text.trim().to_owned());
        text.map_err(|error| {
            self.client.failed(format!("cannot be asked: the service account's `{file}`: {error}"))
        })
    }
}

impl Binding {
    fn subjects(&self) -> impl Iterator<Item = &Subject> {
        self.subjects.iter().flatten()
    }

    /// Whether it makes its namespace one of the user's projects (Open Data Hub's dashboard, or the role `admin`).
    fn opens_namespace(&self) -> bool {
        let label = self.metadata.labels.get("opendatahub.io/dashboard").map(String::as_str);
        let is_dashboard = self.metadata.name.starts_with("dashboard-permissions-") && label == Some("true");
        is_dashboard || self.role_ref.kind == "ClusterRole" && self.role_ref.name == "admin"
    }
}

/// The names of the roles that are bound to a subject.
fn roles(bindings: &[Binding], is_bound: impl Fn(&Subject) -> bool) -> Vec<String> {
    let bound = bindings.iter().filter(|binding| binding.subjects().any(&is_bound));
    let mut roles: Vec<String> = bound.map(|binding| binding.role_ref.name.clone()).collect();
    roles.sort();
    roles.dedup();
    roles
}

/// Namespace and name of the service account that a user is.
fn account(username: &str) -> Option<(&str, &str)> {
    username.strip_prefix("system:serviceaccount:")?.split_once(':')
}
