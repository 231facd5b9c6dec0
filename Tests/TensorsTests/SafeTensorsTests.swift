import Foundation
import TestSupport
import Tensors
import Testing

@Suite struct SafeTensorsTests {
    private func small() -> SafeTensorsWriter {
        var writer = SafeTensorsWriter()
        writer.metadata = ["format": "pt", "quote": "\"\\\n"]
        writer.add("b", Tensor([1, -2.5, 3], shape: [3]))
        writer.add("a", int8: [-128, 127], shape: [2, 1])
        writer.add("c", uint8: [0, 255, 7], shape: [3])
        writer.add("ids", int32: [.min, .max], shape: [2])
        writer.add("offsets", int64: [.min, 5], shape: [1, 2])
        writer.add("empty", Tensor(zeros: [0, 4]))
        return writer
    }

    @Test func everyTypeComesBack() throws {
        let folder = try TemporaryFolder()
        try small().write(to: folder.file("x"))
        let file = try SafeTensors(contentsOf: folder.file("x"))
        #expect(file.names == ["a", "b", "c", "empty", "ids", "offsets"])
        #expect(file.metadata == ["format": "pt", "quote": "\"\\\n"])
        #expect(try file.float32("b").values == [1, -2.5, 3])
        #expect(try file.int8("a") == [-128, 127])
        #expect(try file.shape(of: "a") == [2, 1])
        #expect(try file.uint8("c") == [0, 255, 7])
        #expect(try file.int32("ids") == [.min, .max])
        #expect(try file.int64("offsets") == [.min, 5])
        #expect(try file.float32("empty").shape == [0, 4])
        #expect(try file.dtype(of: "ids") == .i32)
    }

    @Test func equalContentGivesEqualBytesInAnyOrder() throws {
        var one = SafeTensorsWriter()
        one.add("a", uint8: [1], shape: [1])
        one.add("b", Tensor([2], shape: [1]))
        var other = SafeTensorsWriter()
        other.add("b", Tensor([2], shape: [1]))
        other.add("a", uint8: [9], shape: [1])
        other.add("a", uint8: [1], shape: [1])
        #expect(one.bytes() == other.bytes())
        #expect(one.bytes().prefix(8)[0] % 8 == 0)
    }

    @Test func halfPrecisionIsWidenedExactly() throws {
        let folder = try TemporaryFolder()
        let half: [UInt16] = [0, 0x8000, 1, 0x3c00, 0xc000, 0x7bff, 0x7c00, 0x0400, 0x03ff]
        let brain: [UInt16] = [0x3f80, 0xc000, 0x7f80, 0x0001]
        let header = """
            {"h":{"dtype":"F16","shape":[9],"data_offsets":[0,18]},\
            "b":{"dtype":"BF16","shape":[4],"data_offsets":[18,26]}}
            """
        let path = try folder.write(container(header, half + brain), to: "x")
        let file = try SafeTensors(contentsOf: path)
        #expect(
            try file.float32("h").values == [
                0, -0.0, 0x1p-24, 1, -2, 65504, .infinity, 0x1p-14, 1023 * 0x1p-24,
            ])
        #expect(
            try file.float32("b").values == [1, -2, .infinity, Float(bitPattern: 0x0001_0000)])
    }

    private func container(_ header: String, _ data: [UInt16]) -> [UInt8] {
        let length = UInt64(header.utf8.count)
        return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8)
            + data.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    }

    /// Reads everything that a file says it has.
    private func readAll(_ path: String) throws {
        let file = try SafeTensors(contentsOf: path)
        for name in file.names {
            _ = try? file.float32(name)
            _ = try? file.int8(name)
            _ = try? file.uint8(name)
            _ = try? file.int32(name)
            _ = try? file.int64(name)
        }
    }

    @Test func aFileCutAtAnyByteIsAnError() throws {
        let folder = try TemporaryFolder()
        let bytes = small().bytes()
        for length in bytes.indices {
            let path = try folder.write(Array(bytes[..<length]), to: "cut")
            let error = #expect(throws: SafeTensorsError.self) { try readAll(path) }
            #expect(error.map { "\($0)" }?.hasPrefix(path) == true)
        }
    }

    @Test func flippedBytesGiveAnErrorOrOtherContent() throws {
        let folder = try TemporaryFolder()
        let bytes = small().bytes()
        var generator = SeededGenerator(seed: 4, stream: "flips")
        for _ in 0..<2_000 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let index = Int.random(in: damaged.indices, using: &generator)
                damaged[index] = UInt8.random(in: .min ... .max, using: &generator)
            }
            let path = try folder.write(damaged, to: "flipped")
            do { try readAll(path) } catch is SafeTensorsError {}
        }
    }

    @Test(arguments: [
        (#"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{}}"#, "twice"),
        (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,2]}}"#, "needs 1 bytes"),
        (#"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,3]}}"#, "do not lie"),
        (#"{"a":{"dtype":"U8","shape":[2],"data_offsets":[2,0]}}"#, "do not lie"),
        (#"{"a":{"dtype":"U8","shape":[-2],"data_offsets":[0,2]}}"#, "shape"),
        (#"{"a":{"dtype":"F99","shape":[2],"data_offsets":[0,2]}}"#, "F99"),
        (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, "belong to no tensor"),
        (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#, "gap"),
        (
            #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"#
                + #""b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#, "overlap"
        ),
        (
            #"{"a":{"dtype":"U8","shape":[4611686018427387904,4],"data_offsets":[0,2]}}"#,
            "too large"
        ),
        (#"[]"#, "no JSON object"),
        (#"{"__metadata__":{"a":1}}"#, "no strings"),
        (String(repeating: "[", count: 1000), "deeply"),
    ])
    func aHeaderThatDoesNotFitIsNamed(header: String, fault: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(container(header, [0x0201]), to: "x")
        let error = #expect(throws: SafeTensorsError.self) { try SafeTensors(contentsOf: path) }
        #expect(error.map { "\($0)" }?.contains(fault) == true, "\(error.map { "\($0)" } ?? "")")
    }

    @Test func missingTensorsTypesAndFilesAreNamed() throws {
        let folder = try TemporaryFolder()
        try small().write(to: folder.file("x"))
        let file = try SafeTensors(contentsOf: folder.file("x"))
        #expect(throws: SafeTensorsError.missing(path: folder.file("x"), tensor: "z")) {
            try file.float32("z")
        }
        let wrong = #expect(throws: SafeTensorsError.self) { try file.int32("b") }
        #expect(wrong.map { "\($0)" }?.contains("found:    F32") == true)
        #expect(throws: SafeTensorsError.self) { try SafeTensors(contentsOf: folder.file("none")) }
        #expect(throws: SafeTensorsError.self) { try SafeTensors(contentsOf: folder.path) }
        #expect(throws: SafeTensorsError.self) { try small().write(to: folder.file("no/x")) }
    }
}
