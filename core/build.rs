//! Compiles `proto/` twice over: to prost types for typed reading, and to the static descriptor
//! tables of `schema` that drive everything generic (JSON, comparison, unknown fields, the service).

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::PathBuf,
};

use prost::Message;
use prost_build::{Config, Module};
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet,
    ServiceDescriptorProto, field_descriptor_proto as field,
};

const ROOT: &str = "../proto";
const FILES: [&str; 2] = ["feast/registry/RegistryServer.proto", "feast_registry/snapshot.proto"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={ROOT}");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut files: Vec<PathBuf> = FILES.map(PathBuf::from).to_vec();
    for package in ["core", "types"] {
        for entry in fs::read_dir(format!("{ROOT}/feast/{package}"))? {
            files.push(PathBuf::from(format!("feast/{package}")).join(entry?.file_name()));
        }
    }
    files.sort();
    let mut compiler = protox::Compiler::new([ROOT])?;
    compiler.include_imports(true).open_files(&files)?;
    let mut set = compiler.file_descriptor_set();
    add_registry_to_snapshot(&mut set).ok_or("no `Registry` or no `Snapshot` in proto/")?;
    fs::write(out.join("descriptors.bin"), set.encode_to_vec())?;
    fs::write(out.join("schema.rs"), Schema::of(&set).render()?)?;
    let requests =
        set.file.iter().map(|file| (Module::from_protobuf_package_name(file.package()), file.clone()));
    for (module, code) in Config::new().btree_map(["."]).generate(requests.collect())? {
        fs::write(out.join(module.to_file_name_or("root")), code)?;
    }
    Ok(())
}

/// Gives `feast_registry.Snapshot` the fields of `feast.core.Registry`, and its file what they need.
fn add_registry_to_snapshot(set: &mut FileDescriptorSet) -> Option<()> {
    let named = |name: &'static str| move |file: &&mut FileDescriptorProto| file.name() == name;
    let file = set.file.iter_mut().find(named("feast/core/Registry.proto"))?;
    let registry = file.message_type.iter().find(|message| message.name() == "Registry")?.field.clone();
    let imports = file.dependency.clone();
    let file = set.file.iter_mut().find(named("feast_registry/snapshot.proto"))?;
    let missing = imports.into_iter().filter(|import| !file.dependency.contains(import));
    let missing: Vec<String> = missing.chain(["feast/core/Registry.proto".into()]).collect();
    file.dependency.extend(missing);
    let snapshot = file.message_type.iter_mut().find(|message| message.name() == "Snapshot")?;
    snapshot.field.extend(registry);
    Some(())
}

/// Every message, enum and service of a descriptor set, by full name.
struct Schema {
    messages: BTreeMap<String, (DescriptorProto, BTreeMap<String, DescriptorProto>)>,
    enums: BTreeMap<String, EnumDescriptorProto>,
    services: BTreeMap<String, ServiceDescriptorProto>,
}

impl Schema {
    fn of(set: &FileDescriptorSet) -> Self {
        let mut schema =
            Schema { messages: BTreeMap::new(), enums: BTreeMap::new(), services: BTreeMap::new() };
        for file in &set.file {
            // descriptor.proto is only ever imported for options.
            if file.name() == "google/protobuf/descriptor.proto" {
                continue;
            }
            file.message_type.iter().for_each(|message| schema.add(file.package(), message));
            file.enum_type.iter().for_each(|item| schema.add_enum(file.package(), item));
            for service in &file.service {
                schema.services.insert(format!("{}.{}", file.package(), service.name()), service.clone());
            }
        }
        schema
    }

    fn add(&mut self, scope: &str, message: &DescriptorProto) {
        let name = format!("{scope}.{}", message.name());
        let is_map = |m: &&DescriptorProto| m.options.as_ref().is_some_and(|options| options.map_entry());
        let entries = message.nested_type.iter().filter(is_map);
        let entries = entries.map(|entry| (format!(".{name}.{}", entry.name()), entry.clone())).collect();
        for nested in &message.nested_type {
            self.add(&name, nested);
        }
        message.enum_type.iter().for_each(|item| self.add_enum(&name, item));
        self.messages.insert(name, (message.clone(), entries));
    }

    fn add_enum(&mut self, scope: &str, item: &EnumDescriptorProto) {
        self.enums.insert(format!("{scope}.{}", item.name()), item.clone());
    }

    fn render(&self) -> Result<String, Box<dyn Error>> {
        let mut code = String::new();
        let times = self.with_times();
        for (name, (message, entries)) in &self.messages {
            let (constant, holds_times) = (constant(name), times.contains(name.as_str()));
            writeln!(code, "/// `{name}`.")?;
            writeln!(
                code,
                "pub static {constant}: MessageType = MessageType::new({name:?}, {holds_times}, &["
            )?;
            let mut fields: Vec<_> = message.field.iter().collect();
            fields.sort_by_key(|field| field.number());
            for field in fields {
                self.render_field(&mut code, field, entries)?;
            }
            writeln!(code, "]);")?;
        }
        for (name, item) in &self.enums {
            writeln!(code, "/// `{name}`.\npub static {}: EnumType = EnumType {{", constant(name))?;
            writeln!(code, "    name: {name:?},\n    values: &[")?;
            for value in &item.value {
                writeln!(code, "        ({}, {:?}),", value.number(), value.name())?;
            }
            writeln!(code, "    ],\n}};")?;
        }
        for (name, service) in &self.services {
            writeln!(code, "/// `{name}`.\npub static {}: ServiceType = ServiceType {{", constant(name))?;
            writeln!(code, "    name: {name:?},\n    methods: &[")?;
            for method in &service.method {
                let [input, output] = [method.input_type(), method.output_type()]
                    .map(|message| constant(message.trim_start_matches('.')));
                let name = method.name();
                writeln!(
                    code,
                    "        MethodType {{ name: {name:?}, input: &{input}, output: &{output} }},"
                )?;
            }
            writeln!(code, "    ],\n}};")?;
        }
        writeln!(code, "pub(super) static MESSAGES: &[&MessageType] = &[")?;
        self.messages.keys().try_for_each(|name| writeln!(code, "    &{},", constant(name)))?;
        writeln!(code, "];")?;
        Ok(code)
    }

    /// The messages in which, at any depth, there can be a time or a duration.
    fn with_times(&self) -> BTreeSet<&str> {
        let mut found = BTreeSet::from(["google.protobuf.Timestamp", "google.protobuf.Duration"]);
        loop {
            let holds = |message: &DescriptorProto| {
                message.field.iter().any(|field| found.contains(field.type_name().trim_start_matches('.')))
            };
            let holding = self.messages.iter().filter(|(_, (message, _))| holds(message));
            let more: Vec<&str> =
                holding.map(|(name, _)| name.as_str()).filter(|name| !found.contains(name)).collect();
            if more.is_empty() {
                return found;
            }
            found.extend(more);
        }
    }

    fn render_field(
        &self,
        code: &mut String,
        item: &FieldDescriptorProto,
        entries: &BTreeMap<String, DescriptorProto>,
    ) -> Result<(), Box<dyn Error>> {
        let repeated = item.label() == field::Label::Repeated;
        let explicit =
            item.r#type() == field::Type::Message || item.oneof_index.is_some() || item.proto3_optional();
        let shape = match (repeated, entries.contains_key(item.type_name()), explicit) {
            (true, true, _) => "Shape::Map",
            (true, false, _) => "Shape::Repeated",
            (false, _, true) => "Shape::Explicit",
            (false, _, false) => "Shape::Implicit",
        };
        let oneof = match item.oneof_index {
            Some(index) if !item.proto3_optional() => format!("Some({index})"),
            _ => "None".into(),
        };
        writeln!(
            code,
            "    FieldType {{ number: {}, name: {:?}, json_name: {:?}, shape: {shape}, oneof: {oneof}, ty: {} }},",
            item.number(),
            item.name(),
            item.json_name(),
            scalar(item),
        )?;
        Ok(())
    }
}

fn scalar(item: &FieldDescriptorProto) -> String {
    let referred = || constant(item.type_name().trim_start_matches('.'));
    match item.r#type() {
        field::Type::Message | field::Type::Group => format!("Type::Message(&{})", referred()),
        field::Type::Enum => format!("Type::Enum(&{})", referred()),
        plain => format!("Type::{plain:?}"),
    }
}

/// `feast.core.FeatureViewSpec` as `FEAST_CORE_FEATUREVIEWSPEC`.
fn constant(name: &str) -> String {
    name.replace('.', "_").to_uppercase()
}
