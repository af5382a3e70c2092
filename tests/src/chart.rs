//! The Helm chart in deploy/helm, rendered by Helm's own engine and held against the schemas of Kubernetes
//! (tests/deploy/chart.py); and the plain manifests in deploy/kubernetes, which are what it renders without values.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;

use crate::{python, tail};

const REQUIREMENTS: &str = include_str!("../deploy/requirements.txt");
/// Labels of whoever is managed by Helm, which the plain manifests are not.
const OF_HELM: [&str; 2] = ["app.kubernetes.io/managed-by:", "helm.sh/chart:"];
const HEAD: &str = "\
# What the chart in deploy/helm makes without values; written by `cargo xtask manifests`. It takes feature_store.yaml from
# a secret: kubectl create secret generic feast-registry --from-file=feature_store.yaml
";

/// What a chart makes of values.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// Each file's text by its name in the chart.
    pub files: BTreeMap<String, String>,
    /// The objects in all files.
    pub objects: Vec<Value>,
}

impl Rendered {
    /// The only object of a kind.
    pub fn object(&self, kind: &str) -> Result<&Value> {
        let mut found = self.objects.iter().filter(|object| object["kind"] == kind);
        let object = found.next().with_context(|| format!("no {kind}"))?;
        if found.next().is_some() {
            bail!("more than one {kind}");
        }
        Ok(object)
    }

    /// The container of the deployment's pods.
    pub fn container(&self) -> Result<&Value> {
        Ok(&self.object("Deployment")?["spec"]["template"]["spec"]["containers"][0])
    }
}

/// Renders the chart once for each of these values; for those that it refuses, says what it says.
pub fn render(values: &[Value]) -> Result<Vec<Result<Rendered, String>>> {
    let python = python::environment("helm", REQUIREMENTS)?.join("bin/python");
    let script: PathBuf = [env!("CARGO_MANIFEST_DIR"), "deploy/chart.py"].iter().collect();
    let mut process = Command::new(python)
        .arg(script)
        .arg(root().join("deploy/helm/feast-registry"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    process.stdin.take().context("no standard input")?.write_all(&serde_json::to_vec(values)?)?;
    let output = process.wait_with_output()?;
    if !output.status.success() {
        bail!("the chart is not right:\n{}", tail(&output.stderr));
    }
    let answers: Vec<Value> = serde_json::from_slice(&output.stdout)?;
    answers.into_iter().map(read).collect()
}

fn read(mut answer: Value) -> Result<Result<Rendered, String>> {
    if let Some(refused) = answer["refused"].as_str() {
        return Ok(Err(refused.into()));
    }
    let text = |(name, text): (String, Value)| Some((name, text.as_str()?.to_owned()));
    let (Value::Object(files), Value::Array(objects)) = (answer["files"].take(), answer["objects"].take())
    else {
        bail!("not what chart.py prints: {answer}");
    };
    Ok(Ok(Rendered { files: files.into_iter().filter_map(text).collect(), objects }))
}

/// Where the plain manifests are.
pub fn manifests_file() -> PathBuf {
    root().join("deploy/kubernetes/feast-registry.yaml")
}

/// The plain manifests as they should be.
pub fn manifests() -> Result<String> {
    let rendered = render(&[Value::Object(Default::default())])?.pop().context("nothing rendered")?;
    let mut text = HEAD.to_owned();
    // What others need comes first.
    for file in rendered.map_err(|refused| anyhow!(refused))?.files.iter().rev().filter_map(manifest) {
        text += "---\n";
        for line in file.lines().filter(|line| !OF_HELM.iter().any(|label| line.trim().starts_with(label))) {
            text += line;
            text.push('\n');
        }
    }
    Ok(text)
}

fn manifest((name, text): (&String, &String)) -> Option<String> {
    let text = text.trim();
    (name.ends_with(".yaml") && !text.is_empty()).then(|| text.to_owned())
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
