"""Compares the fields of Sources/ONNX/onnx.proto with those of the onnx package.

    fields.py ONNX_PROTO

Every message, field and value of an enumeration must have the name's number there; status 1 if not.
"""
import re
import sys

import onnx

MESSAGES = {
    "Model": onnx.ModelProto,
    "OperatorSet": onnx.OperatorSetIdProto,
    "Entry": onnx.StringStringEntryProto,
    "Graph": onnx.GraphProto,
    "Node": onnx.NodeProto,
    "Attribute": onnx.AttributeProto,
    "Tensor": onnx.TensorProto,
    "Value": onnx.ValueInfoProto,
    "Type": onnx.TypeProto,
    "TensorType": onnx.TypeProto.Tensor,
    "Shape": onnx.TensorShapeProto,
    "Dimension": onnx.TensorShapeProto.Dimension,
}
ENUMERATIONS = {"Kind": onnx.AttributeProto.AttributeType, "Element": onnx.TensorProto.DataType}


def main(path):
    scopes, compared, problems = [], 0, []
    with open(path, encoding="utf-8") as file:
        for line in file:
            line = line.split("//")[0].strip()
            if opened := re.fullmatch(r"(message|enum|oneof) (\w+) \{", line):
                # The fields of a oneof are those of the message around it.
                scopes.append(scopes[-1] if opened[1] == "oneof" else opened[2])
            elif line == "}":
                scopes.pop()
            elif scopes and (entry := re.fullmatch(r"(?:[\w. ]+ )?(\w+) = (\d+);", line)):
                name, number, scope = entry[1], int(entry[2]), scopes[-1]
                if scope in MESSAGES:
                    field = MESSAGES[scope].DESCRIPTOR.fields_by_name.get(name)
                    known = field and field.number
                else:
                    known = dict(ENUMERATIONS[scope].items()).get(name)
                compared += 1
                if known != number:
                    problems.append(f"{scope}.{name} is {number} here and {known} in onnx")
    print(f"{compared} numbers of fields and enumerations are compared with onnx {onnx.__version__}")
    for problem in problems or ([] if compared else ["nothing was found"]):
        print(f"onnx: {path}: {problem}", file=sys.stderr)
    return 0 if compared and not problems else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
