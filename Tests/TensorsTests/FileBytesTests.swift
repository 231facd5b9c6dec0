import Foundation
import TestSupport
import Testing

@testable import Tensors

@Test func mappedFilesHaveTheFilesBytes() throws {
    let folder = try TemporaryFolder()
    for count in [0, 1, 7, 4095, 4096, 4097, 70_000] {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let path = try folder.write(bytes, to: "f")
        let mapped = try FileBytes(path)
        #expect(mapped.count == count)
        #expect(mapped.withBytes { Array($0) } == bytes)
    }
}

@Test func mappedFilesOutliveTheirNameAndTheirReplacement() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("first", to: "f")
    let part: FilePart
    do {
        let mapped = try FileBytes(path)
        part = FilePart(mapped, 1..<4)
    }
    let other = try folder.write("other", to: "g")
    #expect(rename(other, path) == 0)
    #expect(part.withBytes { Array($0) } == Array("irs".utf8))
    try FileManager.default.removeItem(atPath: path)
    #expect(part.withBytes { Array($0) } == Array("irs".utf8) && part.count == 3)
}

@Test func whatIsNoReadableFileIsNamed() throws {
    let folder = try TemporaryFolder()
    #expect(
        throws: SafeTensorsError.unreadable(
            path: folder.file("none"), reason: "it does not exist")
    ) { try FileBytes(folder.file("none")) }
    for path in [folder.path, "/dev/null"] {
        #expect(
            throws: SafeTensorsError.unreadable(path: path, reason: "it is no readable file")
        ) { try FileBytes(path) }
    }
}

@Test func tensorsAreReadInPlaceAtAnyAlignment() throws {
    let folder = try TemporaryFolder()
    var writer = SafeTensorsWriter()
    writer.add("a", int8: [-128, 5, 127], shape: [3])
    writer.add("b", uint8: [0, 255], shape: [2])
    writer.add("f", Tensor([1, 2], shape: [2]))
    try writer.write(to: folder.file("x"))
    let file = try SafeTensors(contentsOf: folder.file("x"))
    #expect(try file.bytes("a", [.i8]).withBytes { Array($0) } == [128, 5, 127])
    #expect(try file.bytes("b", [.u8, .bool]).withBytes { Array($0) } == [0, 255])
    let error = #expect(throws: SafeTensorsError.self) { try file.bytes("f", [.i8, .u8]) }
    #expect(error?.description.contains("expected: I8 or U8\n  found:    F32") == true)
}
