//! Who may do what to which object: ours beside Feast's own policy code.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use feast_registry_core::{
    catalog::{
        Parts,
        permissions::{Action, Permission, User, decide},
    },
    kind::Kind,
};
use feast_registry_tests::feast::Feast;
use serde_json::Value;

const ACTIONS: [Action; 8] = [
    Action::Create,
    Action::Describe,
    Action::Update,
    Action::Delete,
    Action::ReadOnline,
    Action::ReadOffline,
    Action::WriteOnline,
    Action::WriteOffline,
];

#[test]
fn permissions_decide_as_feasts_policy_code_and_required_tags_count() -> Result<()> {
    let cases = Feast::installed()?.json(&Feast::script("permissions.py"), &["20260101", "3000"])?;
    let cases = cases.as_array().context("cases")?;
    let (mut kinds, mut allowed, mut stricter) = (BTreeSet::new(), 0, 0);
    for case in cases {
        let bytes: Vec<Vec<u8>> = list(&case["permissions"]).iter().map(|text| unhex(text)).collect();
        let permissions: Vec<Permission<'_>> =
            bytes.iter().map(|bytes| Permission::read(&Parts::new(Kind::Permission, bytes))).collect();
        let user = User {
            name: text(&case["user"]["username"]),
            roles: list(&case["user"]["roles"]),
            groups: list(&case["user"]["groups"]),
            namespaces: list(&case["user"]["namespaces"]),
        };
        let kind = text(&case["kind"]);
        let kind = Kind::all().find(|known| known.info().message.name.ends_with(&format!(".{kind}")));
        let (kind, object) = (kind.context("a kind")?, unhex(&text(&case["object"])));
        let actions = case["actions"].as_array().into_iter().flatten().filter_map(Value::as_u64);
        let actions: Vec<Action> =
            actions.filter_map(|at| ACTIONS.get(usize::try_from(at).ok()?).copied()).collect();
        let ours = decide(&permissions, &user, &Parts::new(kind, &object), &actions);
        let (expected, feasts) = (case["allowed"] == true, case["feast"] == true);
        assert_eq!(ours.is_ok(), expected, "{ours:?} {case}");
        // Where Feast's code as it is says something else, it lets pass what lacks a tag. It compares a permission's
        // own required tags with those that it requires of others.
        ensure!(ours.is_err() || feasts || kind == Kind::Permission, "{case}");
        stricter += u32::from(ours.is_err() && feasts);
        allowed += u32::from(ours.is_ok());
        kinds.insert(kind);
    }
    assert!(kinds.len() == 11 && allowed > 300 && stricter > 10, "{kinds:?} {allowed} {stricter}");
    Ok(())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().into()
}

fn list(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digits = |at: usize| text.get(at..at + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
    (0..text.len()).step_by(2).filter_map(digits).collect()
}
