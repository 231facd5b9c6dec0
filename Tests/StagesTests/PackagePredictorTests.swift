import Compression
import Foundation
import TestSupport
import Testing

private let manifest = """
    {"format": 1, "files": {"config.json": {"size": 2, "sha256": ""}, "vocab.txt": {"size": 3}, \
    "model.safetensors": {"size": 1}}}
    """

private func package(_ manifest: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(manifest, to: "manifest.json")
    try folder.write("{}", to: "config.json")
    try folder.write("abc", to: "vocab.txt")
    try folder.write("x", to: "model.safetensors")
    return folder
}

@Test func aFolderWithoutManifestIsNoPackage() throws {
    let folder = try TemporaryFolder()
    #expect(throws: PredictorError.noManifest(path: folder.file("manifest.json"))) {
        try Predictor(package: folder.path)
    }
}

@Test func aManifestThatIsNotJSONSaysSo() throws {
    let folder = try package("{")
    let error = #expect(throws: PredictorError.self) { try Predictor(package: folder.path) }
    #expect(error?.description.contains("not a package manifest") == true)
}

@Test func aLaterFormatIsRefused() throws {
    let folder = try package(#"{"format": 2, "files": {}}"#)
    #expect(
        throws: PredictorError.unsupportedFormat(path: folder.file("manifest.json"), found: 2)
    ) { try Predictor(package: folder.path) }
}

@Test func aFileThatTheManifestDoesNotListIsMissed() throws {
    let folder = try package(#"{"format": 1, "files": {"config.json": {"size": 2}}}"#)
    #expect(throws: PredictorError.notListed(path: folder.file("model.safetensors"))) {
        try Predictor(package: folder.path)
    }
}

@Test func aCutFileIsFoundByItsSize() throws {
    let folder = try package(manifest)
    try folder.write("ab", to: "vocab.txt")
    #expect(
        throws: PredictorError.wrongSize(path: folder.file("vocab.txt"), expected: 3, found: 2)
    ) { try Predictor(package: folder.path) }
}

@Test func aLostFileIsFound() throws {
    let folder = try package(manifest)
    try FileManager.default.removeItem(atPath: folder.file("vocab.txt"))
    #expect(throws: PredictorError.missingFile(path: folder.file("vocab.txt"))) {
        try Predictor(package: folder.path)
    }
}

@Test func aWholePackageWithADamagedModelThrows() throws {
    let folder = try package(manifest)
    #expect(throws: (any Error).self) { try Predictor(package: folder.path) }
}
