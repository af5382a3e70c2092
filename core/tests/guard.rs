//! Whole calls of users: what is there for them, and what they may change.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use feast_registry_core::{
    catalog::permissions::{Action, User},
    kind::Kind,
    memory::Memory,
    object::Object,
    operation::{Apply, Context, Delete, DeleteProject, Materialize, Operation, Selection, Target},
    proto::feast::core as feast,
    refusal::Refusal,
    rows::{Key, Row, Rows},
    service::{Caller, Demand, Guard, Guarded},
    time::Timestamp,
};
use prost::Message;

const CONTEXT: Context = Context {
    now: Timestamp { seconds: 1_800_000_000, nanos: 0 },
    entropy: [7; 16],
    without_metadata: false,
};
const VIEWS: [Kind; 4] = Kind::VIEWS;

fn entity(name: &str, team: &str) -> Object {
    let tags = [("team".to_string(), team.to_string())].into();
    let spec = feast::EntitySpecV2 { name: name.into(), tags, ..Default::default() };
    parse(Kind::Entity, feast::Entity { spec: Some(spec), meta: None })
}

fn view(name: &str) -> Object {
    let entities = vec!["__dummy".to_string()];
    let spec = feast::FeatureViewSpec { name: name.into(), entities, ..Default::default() };
    parse(Kind::FeatureView, feast::FeatureView { spec: Some(spec), meta: None })
}

fn permission(
    name: &str,
    types: &[i32],
    patterns: &[&str],
    team: Option<&str>,
    actions: &[Action],
    role: &str,
) -> Object {
    let policy = feast::RoleBasedPolicy { roles: vec![role.into()] };
    let spec = feast::PermissionSpec {
        name: name.into(),
        types: types.to_vec(),
        name_patterns: patterns.iter().map(ToString::to_string).collect(),
        required_tags: team.map(|team| ("team".to_string(), team.to_string())).into_iter().collect(),
        actions: actions.iter().map(|action| *action as i32).collect(),
        policy: Some(feast::Policy {
            policy_type: Some(feast::policy::PolicyType::RoleBasedPolicy(policy)),
            ..Default::default()
        }),
        ..Default::default()
    };
    parse(Kind::Permission, feast::Permission { spec: Some(spec), meta: None })
}

fn parse(kind: Kind, message: impl Message) -> Object {
    Object::parse(kind, message.encode_to_vec()).unwrap()
}

fn user(roles: &[&str]) -> User {
    User {
        name: "somebody".into(),
        roles: roles.iter().map(ToString::to_string).collect(),
        ..User::default()
    }
}

/// A project `shop` in which each role may do something else.
fn shop() -> Memory {
    use Action::{Create, Delete, Describe, Update, WriteOnline};
    let mut memory = Memory::default();
    let objects = [
        entity("driver", "ranking"),
        entity("customer", "crm"),
        view("stats"),
        permission("a", &[4], &["d.*"], None, &[Describe], "reader"),
        permission("b", &[4], &[], Some("crm"), &[Describe, Update], "crm"),
        permission("c", &[4], &[], None, &[Create, Describe, Update, Delete], "editor"),
        permission("d", &[0], &[], None, &[Describe, WriteOnline], "writer"),
        permission("e", &[], &[], None, &[Create, Describe, Update, Delete, WriteOnline], "admin"),
    ];
    let apply = Apply::new(objects.map(|object| ("shop".into(), object)));
    memory.run(&apply, &CONTEXT).unwrap();
    memory
}

fn run<O: Operation>(
    memory: &mut Memory,
    user: &User,
    demand: Demand,
    operation: O,
) -> Result<O::Outcome, Refusal> {
    memory.run(&Guarded { operation, caller: Caller { user, home: "shop" }, demand }, &CONTEXT)
}

fn apply(memory: &mut Memory, user: &User, project: &str, object: Object) -> Result<(), Refusal> {
    let key = Key::new(object.kind(), project, object.name());
    let demand = Demand::Upsert { key, bytes: Some(object.bytes().to_vec()) };
    run(memory, user, demand, Apply::new([(project.into(), object)])).map(drop)
}

fn delete(memory: &mut Memory, user: &User, target: Target, name: &str) -> Result<(), Refusal> {
    let kinds = match target {
        Target::Kind(kind) => vec![kind],
        _ => VIEWS.to_vec(),
    };
    let keys = kinds.into_iter().map(|kind| Key::new(kind, "shop", name)).collect();
    let operation = Delete { project: "shop".into(), name: name.into(), target };
    run(memory, user, Demand::Actions(keys, &[Action::Delete]), operation).map(drop)
}

/// The names of the entities that are there for a user.
fn seen(memory: &mut Memory, roles: &[&str]) -> Vec<String> {
    let (user, wanted) = (user(roles), Selection::all(Kind::Entity, Some("shop")));
    let caller = Caller { user: &user, home: "shop" };
    let mut selections = vec![wanted];
    selections.extend(caller.reads(&selections));
    let rows = select(memory, &selections);
    let hidden = Guard::of(caller, &rows).hidden(&rows, &[Action::Describe]);
    let names = rows.of_kind(Kind::Entity).filter(|(key, _)| !hidden.contains(key));
    names.map(|(key, _)| key.name.clone()).collect()
}

fn select(memory: &mut Memory, selections: &[Selection]) -> Rows {
    let mut rows = Rows::default();
    selections.iter().for_each(|selection| rows.merge(memory.select(selection).unwrap()));
    rows
}

fn is_denied<T>(outcome: Result<T, Refusal>) -> bool {
    matches!(outcome, Err(Refusal::Denied { .. }))
}

#[test]
fn lists_have_what_a_user_may_see() {
    let mut shop = shop();
    assert_eq!(seen(&mut shop, &["reader"]), ["driver"]);
    assert_eq!(seen(&mut shop, &["crm"]), ["customer"]);
    assert_eq!(seen(&mut shop, &["reader", "crm"]), ["customer", "driver"]);
    assert_eq!(seen(&mut shop, &["editor"]), ["customer", "driver"]);
    assert!(seen(&mut shop, &["writer"]).is_empty());
    assert!(seen(&mut shop, &[]).is_empty());
}

/// For every user and name: were what is hidden deleted, the answer would be the same.
#[test]
fn no_answer_tells_of_what_a_user_may_not_see() {
    let mut shop = shop();
    for roles in [&[][..], &["reader"], &["crm"], &["writer"], &["editor"], &["reader", "writer"]] {
        let user = user(roles);
        let caller = Caller { user: &user, home: "shop" };
        let all: Vec<Selection> = Kind::all().map(|kind| Selection::all(kind, Some("shop"))).collect();
        let rows = select(&mut shop, &all);
        let guard = Guard::of(caller, &rows);
        let hidden = guard.hidden(&rows, &[Action::Describe]);
        for key in hidden.iter().filter(|key| key.kind != Kind::Permission && key.kind != Kind::Project) {
            let among = [key.clone()];
            assert!(is_denied(guard.check_names(&among, &[Action::Describe])), "{key:?} {user:?}");
            let target = if key.kind.is_view() { Target::View } else { Target::Kind(key.kind) };
            let there = delete(&mut shop.clone(), &user, target, &key.name);
            let mut without = shop.clone();
            let operation = Delete { project: "shop".into(), name: key.name.clone(), target };
            without.run(&operation, &CONTEXT).unwrap();
            assert_eq!(there, delete(&mut without, &user, target, &key.name), "{key:?} {user:?}");
        }
    }
}

#[test]
fn a_change_needs_leave_for_what_is_and_for_what_is_to_be() {
    let (editor, crm, reader) = (user(&["editor"]), user(&["crm"]), user(&["reader"]));
    let mut shop = shop();
    apply(&mut shop, &editor, "shop", entity("new", "")).unwrap();
    assert!(is_denied(apply(&mut shop, &crm, "shop", entity("other", "crm"))), "it may not create");
    apply(&mut shop, &crm, "shop", entity("customer", "crm")).unwrap();
    assert!(is_denied(apply(&mut shop, &crm, "shop", entity("customer", "ranking"))), "out of its hands");
    assert!(is_denied(apply(&mut shop, &crm, "shop", entity("driver", "crm"))), "into its hands");
    assert!(is_denied(apply(&mut shop, &reader, "shop", entity("driver", "ranking"))));
    // The refusal is the same one, whether there is such an object or not.
    let refused = |shop: &mut Memory, name: &str| match apply(shop, &reader, "shop", entity(name, "")) {
        Err(Refusal::Denied { actions, kind, .. }) => (actions, kind),
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(&mut shop, "driver"), refused(&mut shop, "none"));

    assert!(is_denied(delete(&mut shop, &reader, Target::Kind(Kind::Entity), "driver")));
    assert!(is_denied(delete(&mut shop, &reader, Target::Kind(Kind::Entity), "none")));
    delete(&mut shop, &editor, Target::Kind(Kind::Entity), "driver").unwrap();
    let gone = delete(&mut shop, &editor, Target::Kind(Kind::Entity), "driver");
    assert!(matches!(gone, Err(Refusal::NotFound { .. })), "{gone:?}");

    let materialize = |shop: &mut Memory, roles: &[&str], name: &str| {
        let (start, end) = (Timestamp::default(), CONTEXT.now);
        let operation = Materialize { project: "shop".into(), view: name.into(), start, end };
        let keys = VIEWS.map(|kind| Key::new(kind, "shop", name)).to_vec();
        run(shop, &user(roles), Demand::Actions(keys, &[Action::WriteOnline]), operation).map(drop)
    };
    materialize(&mut shop, &["writer"], "stats").unwrap();
    assert!(is_denied(materialize(&mut shop, &["reader"], "stats")));
    assert!(is_denied(materialize(&mut shop, &["reader"], "none")));
    assert!(matches!(materialize(&mut shop, &["writer"], "none"), Err(Refusal::NotFound { .. })));
}

#[test]
fn a_project_is_judged_by_its_own_permissions_or_the_servers() {
    let mut shop = shop();
    let (editor, admin, nobody) = (user(&["editor"]), user(&["admin"]), User::default());
    // Made with its first object, which takes as much as making it.
    assert!(is_denied(apply(&mut shop, &editor, "other", entity("driver", ""))));
    apply(&mut shop, &admin, "other", entity("driver", "")).unwrap();
    // Without permissions it is open, to everybody who has a name; but itself it is as the server's says.
    apply(&mut shop, &editor, "other", entity("customer", "")).unwrap();
    assert!(is_denied(apply(&mut shop, &nobody, "other", entity("customer", ""))));
    let remove = |shop: &mut Memory, user: &User| {
        let demand = Demand::Actions(vec![Key::project("other")], &[Action::Delete]);
        run(shop, user, demand, DeleteProject { name: "other".into() })
    };
    assert!(is_denied(remove(&mut shop, &editor)));
    let own = permission("own", &[10], &[], None, &[Action::Delete], "editor");
    apply(&mut shop, &admin, "other", own).unwrap();
    assert!(is_denied(remove(&mut shop, &admin)), "its own say otherwise now");
    remove(&mut shop, &editor).unwrap();
}

#[test]
fn a_permission_that_cannot_be_read_opens_nothing() {
    let mut rows = shop().rows().clone();
    rows.objects.retain(|key, _| key.kind != Kind::Permission);
    let bytes = vec![0xff, 0xff];
    rows.objects.insert(
        Key::new(Kind::Permission, "shop", "bad"),
        Row { bytes, last_updated: 0, user_metadata: None },
    );
    let mut shop = Memory::new(rows);
    assert!(seen(&mut shop, &["admin"]).is_empty());
    assert!(is_denied(apply(&mut shop, &user(&["admin"]), "shop", entity("new", ""))));
    // Nor does a policy that this build does not know.
    let mut admin =
        feast::Permission::decode(permission("e", &[], &[], None, &[Action::Describe], "admin").bytes())
            .unwrap();
    let policy = admin.spec.as_mut().unwrap().policy.take().unwrap();
    assert!(policy.policy_type.is_some());
    let mut bytes = admin.encode_to_vec();
    // spec.policy.(15) = {}
    bytes.extend([0x0a, 0x04, 0x3a, 0x02, 0x7a, 0x00]);
    let mut rows = shop.rows().clone();
    let key = Key::new(Kind::Permission, "shop", "bad");
    rows.objects.insert(key, Row { bytes, last_updated: 0, user_metadata: None });
    assert!(seen(&mut Memory::new(rows), &["admin"]).is_empty());
}

/// Features of views that a user may not see do not get out through a service.
#[test]
fn a_service_takes_nothing_from_a_hidden_view() {
    let mut shop = shop();
    let service = || {
        let projection =
            feast::FeatureViewProjection { feature_view_name: "stats".into(), ..Default::default() };
        let spec =
            feast::FeatureServiceSpec { name: "s".into(), features: vec![projection], ..Default::default() };
        parse(Kind::FeatureService, feast::FeatureService { spec: Some(spec), meta: None })
    };
    let services =
        permission("f", &[5], &[], None, &[Action::Create, Action::Describe, Action::Update], "serving");
    shop.run(&Apply::new([("shop".into(), services)]), &CONTEXT).unwrap();
    let hidden = apply(&mut shop, &user(&["serving"]), "shop", service());
    let absent = {
        let mut without = shop.clone();
        let gone = Delete { project: "shop".into(), name: "stats".into(), target: Target::View };
        without.run(&gone, &CONTEXT).unwrap();
        apply(&mut without, &user(&["serving"]), "shop", service())
    };
    assert_eq!(hidden, absent);
    apply(&mut shop, &user(&["serving", "writer"]), "shop", service()).unwrap();
}
