"""Compares a compiled schema with the protobuf descriptors of the installed `feast` package, both ways.

Usage: python descriptors.py DESCRIPTOR_SET

DESCRIPTOR_SET is a serialized google.protobuf.FileDescriptorSet of feast/{core,registry,types}/*.proto.
Prints one line per difference and exits 1, or prints what was compared and exits 0. Order of declaration, comments
and the options of whole files (go_package and the like) do not count.
"""

import importlib
import pkgutil
import sys
from collections import Counter
from pathlib import Path

from google.protobuf.descriptor_pb2 import (
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)
from google.protobuf.text_format import MessageToString

PACKAGES = ("core", "registry", "types")


def main(path):
    ours, feast = Facts(read(path)), Facts(installed())
    differences = list(ours.differences(feast))
    for line in differences:
        print(line)
    if differences:
        return 1
    kinds = Counter(kind for kind, _ in ours)
    print("same as feast:", ", ".join(f"{count} {kind}s" for kind, count in kinds.items()))
    return 0


def read(path):
    """The files of a descriptor set that are Feast's: not the well-known types, not what a project adds."""
    files = FileDescriptorSet.FromString(Path(path).read_bytes()).file
    return [file for file in files if file.name.startswith("feast/")]


def installed():
    """The files that the `feast` package was generated from."""
    for name in PACKAGES:
        package = importlib.import_module(f"feast.protos.feast.{name}")
        for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            if module.name.endswith("_pb2"):
                file = FileDescriptorProto()
                importlib.import_module(module.name).DESCRIPTOR.CopyToProto(file)
                yield file


class Facts(dict):
    """Everything that a list of files declares: {(kind, full name): {property: value}}."""

    def __init__(self, files):
        super().__init__()
        for file in files:
            self.add_file(file)

    def differences(self, feast):
        for key in sorted(self.keys() | feast.keys()):
            label = " ".join(key)
            if key not in feast:
                yield f"{label}: not in feast"
            elif key not in self:
                yield f"{label}: only in feast"
            else:
                for what, value in self[key].items():
                    if value != feast[key][what]:
                        yield f"{label}: {what} is {value!r}, in feast {feast[key][what]!r}"

    def add_file(self, file):
        self["file", file.name] = {
            "package": file.package,
            "syntax": file.syntax,
            "imports": sorted(file.dependency),
            "public imports": sorted(file.dependency[i] for i in file.public_dependency),
        }
        for message in file.message_type:
            self.add_message(message, file.package, file.name)
        for enum in file.enum_type:
            self.add_enum(enum, file.package, file.name)
        for service in file.service:
            self.add_service(service, file.package, file.name)

    def add_message(self, message, scope, file):
        name = f"{scope}.{message.name}"
        self["message", name] = {
            "file": file,
            "map entry": message.options.map_entry,
            "options": text(message.options),
            "reserved": reserved(message),
        }
        for oneof in message.oneof_decl:
            self["oneof", f"{name}.{oneof.name}"] = {"options": text(oneof.options)}
        for field in message.field:
            self["field", f"{name}.{field.name}"] = {
                "number": field.number,
                "json name": field.json_name or default_json_name(field.name),
                "type": FieldDescriptorProto.Type.Name(field.type),
                "type name": field.type_name,
                "label": FieldDescriptorProto.Label.Name(field.label),
                "oneof": message.oneof_decl[field.oneof_index].name if field.HasField("oneof_index") else None,
                "proto3 optional": field.proto3_optional,
                "default": field.default_value,
                "options": text(field.options),
            }
        for nested in message.nested_type:
            self.add_message(nested, name, file)
        for enum in message.enum_type:
            self.add_enum(enum, name, file)

    def add_enum(self, enum, scope, file):
        name = f"{scope}.{enum.name}"
        self["enum", name] = {
            "file": file,
            "first value": enum.value[0].name,
            "options": text(enum.options),
            "reserved": reserved(enum),
        }
        for value in enum.value:
            self["enum value", f"{name}.{value.name}"] = {"number": value.number, "options": text(value.options)}

    def add_service(self, service, scope, file):
        name = f"{scope}.{service.name}"
        self["service", name] = {"file": file, "options": text(service.options)}
        for method in service.method:
            self["method", f"{name}.{method.name}"] = {
                "input": method.input_type,
                "output": method.output_type,
                "client streaming": method.client_streaming,
                "server streaming": method.server_streaming,
                "options": text(method.options),
            }


def text(options):
    return MessageToString(options, as_one_line=True)


def reserved(declaration):
    """Reserved numbers, last one included, and names. Enum ranges include their end, message ranges do not."""
    beyond = 0 if isinstance(declaration, EnumDescriptorProto) else 1
    ranges = [(span.start, span.end - beyond) for span in declaration.reserved_range]
    return sorted(ranges), sorted(declaration.reserved_name)


def default_json_name(name):
    """A compiler may leave out a JSON name that follows from the field's: lower camel case, underscores dropped."""
    first, *others = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in others)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
