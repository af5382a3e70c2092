//! Writing a serialized registry on all processors, where it is large.

use feast_registry_core::snapshot::{self, Contents, Damaged, ObjectRef, SnapshotError, Written};

use crate::processors::{PART, share_out};

/// As [`snapshot::write_contents`], the objects checked here.
pub(crate) fn write(
    contents: &Contents<'_>,
    version_id: &str,
    damaged: Damaged,
) -> Result<Written, SnapshotError> {
    let check = |part: &[ObjectRef<'_>]| part.iter().map(ObjectRef::form).collect::<Vec<_>>();
    let forms = share_out(contents.objects.chunks(PART).collect(), check);
    snapshot::write_contents(contents, forms.into_iter().flatten().collect(), version_id, damaged)
}
