"""The message `tf.train.Example`, declared without importing TensorFlow.

It is made from a descriptor in a private pool, so that it does not conflict with TensorFlow's.
"""

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_Message = descriptor_pb2.DescriptorProto
_Field = descriptor_pb2.FieldDescriptorProto
_PACKAGE = "tensorflow"


def example_class(lists_as_bytes: bool = False) -> type[Any]:
    """Return `tensorflow.Example`, as tensorflow/core/example/example.proto declares it.

    `lists_as_bytes` leaves the lists of values unparsed: on the wire a message is a text of bytes.
    """
    file = descriptor_pb2.FileDescriptorProto(
        name="flanbeam/example.proto", package=_PACKAGE, syntax="proto3"
    )
    for name, value_type in (
        ("BytesList", _Field.TYPE_BYTES),
        ("FloatList", _Field.TYPE_FLOAT),
        ("Int64List", _Field.TYPE_INT64),
    ):
        file.message_type.add(name=name).field.add(
            name="value", number=1, label=_Field.LABEL_REPEATED, type=value_type
        )
    _declare_feature(file.message_type.add(name="Feature"), lists_as_bytes)
    _declare_features(file.message_type.add(name="Features"))
    _add_message_field(file.message_type.add(name="Example"), "features", 1, "Features")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)  # type: ignore[no-untyped-call]
    descriptor = pool.FindMessageTypeByName(f"{_PACKAGE}.Example")  # type: ignore[no-untyped-call]
    example: type[Any] = message_factory.GetMessageClass(descriptor)
    return example


def _declare_feature(feature: _Message, lists_as_bytes: bool) -> None:
    """Declare `oneof kind`: a list of bytes, of floats or of integers."""
    feature.oneof_decl.add(name="kind")
    lists = (("bytes_list", "BytesList"), ("float_list", "FloatList"), ("int64_list", "Int64List"))
    for number, (name, message) in enumerate(lists, start=1):
        if lists_as_bytes:
            field = feature.field.add(name=name, number=number, type=_Field.TYPE_BYTES)
        else:
            field = _add_message_field(feature, name, number, message)
        field.oneof_index = 0


def _declare_features(features: _Message) -> None:
    """Declare `map<string, Feature> feature`: on the wire a list of keys with values."""
    entry = features.nested_type.add(name="FeatureEntry")
    entry.options.map_entry = True
    entry.field.add(name="key", number=1, type=_Field.TYPE_STRING)
    _add_message_field(entry, "value", 2, "Feature")
    field = _add_message_field(features, "feature", 1, "Features.FeatureEntry")
    field.label = _Field.LABEL_REPEATED


def _add_message_field(message: _Message, name: str, number: int, of: str) -> _Field:
    return message.field.add(
        name=name,
        number=number,
        label=_Field.LABEL_OPTIONAL,
        type=_Field.TYPE_MESSAGE,
        type_name=f".{_PACKAGE}.{of}",
    )
