//! The chart: what Helm makes of it is valid to Kubernetes, and says what its values say.

use anyhow::{Context, Result, anyhow};
use feast_registry_tests::chart::{self, Rendered};
use serde_json::{Value, json};

fn rendered(values: Value) -> Result<Rendered> {
    chart::render(&[values])?.pop().context("nothing rendered")?.map_err(|refused| anyhow!(refused))
}

#[test]
fn without_values_it_is_safe_and_names_no_host() -> Result<()> {
    let chart = rendered(json!({}))?;
    let kinds: Vec<&str> = chart.objects.iter().filter_map(|object| object["kind"].as_str()).collect();
    assert_eq!(kinds, ["Deployment", "PodDisruptionBudget", "Service", "ServiceAccount"]);
    let deployment = chart.object("Deployment")?;
    let (spec, container) = (&deployment["spec"]["template"]["spec"], chart.container()?);
    assert_eq!(deployment["spec"]["replicas"], 2);
    assert_eq!(container["image"], concat!("feast-registry:", env!("CARGO_PKG_VERSION")));
    assert_eq!(spec["securityContext"]["runAsNonRoot"], true);
    assert_eq!(spec["automountServiceAccountToken"], false);
    assert_eq!(
        container["securityContext"],
        json!({
            "allowPrivilegeEscalation": false,
            "readOnlyRootFilesystem": true,
            "capabilities": {"drop": ["ALL"]},
        })
    );
    assert_eq!(spec["volumes"][0]["secret"]["secretName"], "feast-registry");
    // Pods are found by the budget and the service.
    let pod = &deployment["spec"]["template"]["metadata"]["labels"];
    for selector in [
        &chart.object("PodDisruptionBudget")?["spec"]["selector"]["matchLabels"],
        &chart.object("Service")?["spec"]["selector"],
        &deployment["spec"]["selector"]["matchLabels"],
    ] {
        let selector = selector.as_object().context("no selector")?;
        assert!(
            !selector.is_empty() && selector.iter().all(|(name, value)| pod[name] == *value),
            "{selector:?}"
        );
    }
    Ok(())
}

#[test]
fn it_says_what_its_values_say() -> Result<()> {
    let chart = rendered(json!({
        "replicaCount": 3,
        "image": {"repository": "images.example.com/ml/feast-registry", "tag": "2.0"},
        "imagePullSecrets": [{"name": "images"}],
        "fullnameOverride": "registry",
        "featureStore": {"secretName": "store", "key": "production.yaml"},
        "env": [{
            "name": "DB_PASSWORD",
            "valueFrom": {"secretKeyRef": {"name": "database", "key": "password"}},
        }],
        "envFrom": [{"configMapRef": {"name": "settings"}}],
        "extraArgs": ["--max-requests=2000"],
        "logLevel": "warning",
        "readOnly": true,
        "tls": {"secretName": "certificate", "verifyClients": true},
        "kubernetesAuth": true,
        "serviceAccount": {"annotations": {"role": "reader"}},
        "service": {"type": "LoadBalancer", "grpcPort": 443, "annotations": {"internal": "true"}},
        "shutdown": {"waitSeconds": 10, "drainSeconds": 60},
        "podDisruptionBudget": {"maxUnavailable": "34%"},
        "podMonitor": {"enabled": true, "labels": {"release": "prometheus"}},
        "podAnnotations": {"team": "ml"},
        "podLabels": {"tier": "data"},
        "priorityClassName": "high",
        "nodeSelector": {"disk": "fast"},
        "tolerations": [{"key": "dedicated", "operator": "Exists"}],
        "affinity": {"nodeAffinity": {}},
        "topologySpreadConstraints": [
            {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"},
        ],
        "extraVolumes": [{"name": "authority", "configMap": {"name": "authority"}}],
        "extraVolumeMounts": [{"name": "authority", "mountPath": "/etc/authority"}],
    }))?;
    let (spec, container) = (&chart.object("Deployment")?["spec"]["template"]["spec"], chart.container()?);
    assert_eq!(container["image"], "images.example.com/ml/feast-registry:2.0");
    assert_eq!(spec["imagePullSecrets"], json!([{"name": "images"}]));
    assert_eq!(spec["volumes"][0]["secret"]["items"][0]["key"], "production.yaml");
    assert_eq!(spec["terminationGracePeriodSeconds"], 75);
    assert_eq!(container["env"][0]["valueFrom"]["secretKeyRef"]["name"], "database");
    let monitor = chart.object("PodMonitor")?;
    assert_eq!(monitor["metadata"]["labels"]["release"], "prometheus");
    assert_eq!(monitor["spec"]["podMetricsEndpoints"][0]["port"], container["ports"][2]["name"]);
    assert_eq!(
        monitor["spec"]["selector"]["matchLabels"],
        chart.object("Deployment")?["spec"]["selector"]["matchLabels"]
    );
    let arguments = container["args"].as_array().context("no arguments")?;
    for argument in [
        "--ca=/etc/feast-registry-tls/ca.crt",
        "--read-only",
        "--log-level=warning",
        "--max-requests=2000",
        "--drain-timeout=60",
    ] {
        assert!(arguments.contains(&argument.into()), "{argument}");
    }
    // What docs/server.md says that `auth: kubernetes` needs, and nothing more.
    assert_eq!(spec["automountServiceAccountToken"], true);
    assert_eq!(
        chart.object("ClusterRole")?["rules"],
        json!([
            {"apiGroups": ["authentication.k8s.io"], "resources": ["tokenreviews"], "verbs": ["create"]},
            {
                "apiGroups": ["rbac.authorization.k8s.io"],
                "resources": ["rolebindings", "clusterrolebindings"],
                "verbs": ["list"],
            },
        ])
    );
    let binding = chart.object("ClusterRoleBinding")?;
    assert_eq!(binding["roleRef"]["name"], chart.object("ClusterRole")?["metadata"]["name"]);
    assert_eq!(
        binding["subjects"],
        json!([{"kind": "ServiceAccount", "name": spec["serviceAccountName"], "namespace": "features"}])
    );
    Ok(())
}

#[test]
fn a_value_that_it_does_not_know_is_refused_by_name() -> Result<()> {
    let answers = chart::render(&[
        json!({"replicas": 3}),
        json!({"image": {"repositry": "x"}}),
        json!({"imagePullSecrets": ["images"]}),
        json!({"logLevel": "loud"}),
    ])?;
    for (answer, name) in answers.into_iter().zip(["replicas", "repositry", "imagePullSecrets", "logLevel"]) {
        let refused = answer.err().context(name)?;
        assert!(refused.contains(name), "{refused}");
    }
    Ok(())
}

#[test]
fn the_plain_manifests_are_what_it_makes_without_values() -> Result<()> {
    let written = std::fs::read_to_string(chart::manifests_file()).unwrap_or_default();
    assert!(written == chart::manifests()?, "deploy/kubernetes is not up to date: `cargo xtask manifests`");
    Ok(())
}
