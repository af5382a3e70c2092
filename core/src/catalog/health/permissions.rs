//! What is wrong with permissions.

use alloc::{format, vec::Vec};

use super::{Finder, Subject, Told};
use crate::catalog::{Parts, snippets::shell_word};

/// Whether a permission's policy says whom it is for.
pub(super) fn has_policy(parts: &Parts<'_>) -> bool {
    (3..=6).any(|policy| parts.walk(&[1, 7, policy]).next().is_some())
}

pub(super) fn without_policy(subject: &Subject<'_>, found: &mut Finder<'_>) {
    if !has_policy(&subject.parts) {
        found.add(|| Told {
            message: "This permission has no policy, which Feast 0.67 cannot read.".into(),
            evidence: "`spec.policy` is empty: what Feast stores for its default policy, allow all.".into(),
            remedy: format!(
                "Apply it with a policy, such as a RoleBasedPolicy, or delete it: \
                 feast-registry permissions delete {} --project {}",
                shell_word(subject.entry.name),
                shell_word(subject.entry.project)
            ),
            related: Vec::new(),
        });
    }
}
