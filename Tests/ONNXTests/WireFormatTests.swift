import Models
import SwiftProtobuf
import TestSupport
import Testing

@testable import ONNX

private func text(_ text: String) -> [UInt8] { Array(text.utf8) }

/// A field: its number and kind (0 a varint, 2 bytes with a length, 5 four bytes), then its content.
private func field(_ number: UInt8, _ kind: UInt8, _ content: [UInt8]) -> [UInt8] {
    let key = Int(number) << 3 | Int(kind)
    let tag = key < 128 ? [UInt8(key)] : [UInt8(key & 127) | 128, UInt8(key >> 7)]
    return tag + (kind == 2 ? [UInt8(content.count)] : []) + content
}

@Test func nodesAndAttributesHaveTheNumbersOfTheSpecification() throws {
    var builder = GraphBuilder(name: "g")
    builder.node("Gather", ["x", "i"], name: "y", [.int("axis", 0), .float("e", 0.5)])
    let axis = field(1, 2, text("axis")) + field(3, 0, [0]) + field(20, 0, [2])
    let epsilon = field(1, 2, text("e")) + field(2, 5, [0, 0, 0, 0x3f]) + field(20, 0, [1])
    let node =
        field(1, 2, text("x")) + field(1, 2, text("i")) + field(2, 2, text("y"))
        + field(3, 2, text("y")) + field(4, 2, text("Gather")) + field(5, 2, axis)
        + field(5, 2, epsilon)
    let expected = field(1, 2, node) + field(2, 2, text("g"))
    #expect(try builder.graph.serializedBytes() as [UInt8] == expected)
}

@Test func tensorsAreLittleEndianBytesWithTheirShape() throws {
    var builder = GraphBuilder(name: "g")
    let name = builder.constant("w", [1.5, -2] as [Float], [2, 1])
    _ = builder.constant("w", [9] as [Float], [1])
    let tensor =
        field(1, 2, [2, 1]) + field(2, 0, [1]) + field(8, 2, text("w"))
        + field(9, 2, [0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0])
    #expect(name == "w")
    #expect(
        try builder.graph.serializedBytes() as [UInt8]
            == field(2, 2, text("g")) + field(5, 2, tensor))
}

@Test func inputsHaveFreeDimensions() throws {
    var builder = GraphBuilder(name: "g")
    builder.declareInput("ids", [.free("batch"), .fixed(3)])
    let shape = field(1, 2, field(2, 2, text("batch"))) + field(1, 2, field(1, 0, [3]))
    let type = field(1, 2, field(1, 0, [7]) + field(2, 2, shape))
    #expect(
        try builder.graph.serializedBytes() as [UInt8]
            == field(2, 2, text("g")) + field(11, 2, field(1, 2, text("ids")) + field(2, 2, type)))
}

@Test func theModelSaysItsVersionsAndMetadataInOrder() throws {
    var model = try ONNXModel(float: try smallClassifier())
    model.metadata = ["b": "2", "a": "1"]
    let bytes = try model.bytes()
    let opset = field(8, 2, field(1, 2, []) + field(2, 0, [17]))
    #expect(bytes.starts(with: field(1, 0, [8]) + field(2, 2, text("nlpipe"))))
    let first = field(14, 2, field(1, 2, text("a")) + field(2, 2, text("1")))
    let second = field(14, 2, field(1, 2, text("b")) + field(2, 2, text("2")))
    #expect(bytes.suffix(opset.count + first.count + second.count) == (opset + first + second)[...])
    #expect(model.metadata == ["a": "1", "b": "2"])
}

@Test func anEntryBehindTheFileIsMetadataToo() throws {
    var model = try ONNXModel(float: try smallClassifier())
    model.metadata = ["a": "1"]
    let longer = try model.bytes() + (try ONNXModel.entry("commit", "0123"))
    let read = try ProtoModel(serializedBytes: longer)
    #expect(read.metadataProps.map(\.key) == ["a", "commit"])
    #expect(read.graph.node.count > 40)
}

@Test func equalModelsAreEqualBytes() throws {
    let models = try (0..<2).map { _ in try ONNXModel(float: try smallClassifier()).bytes() }
    #expect(models[0] == models[1])
}
