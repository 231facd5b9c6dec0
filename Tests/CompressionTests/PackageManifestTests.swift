import Compression
import TestSupport
import Testing

private let manifest = """
    {"format": 1, "files": {"config.json": {"size": 2, "sha256": "aa"}, \
    "vocab.txt": {"size": 3, "sha256": "bb"}, "model.safetensors": {"size": 1, "sha256": "cc"}}}
    """

private func package(_ manifest: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(manifest, to: "manifest.json")
    try folder.write("{}", to: "config.json")
    try folder.write("abc", to: "vocab.txt")
    try folder.write("x", to: "model.safetensors")
    return folder
}

@Test func manifestsListTheirFiles() throws {
    let folder = try package(manifest)
    let files = try PackageManifest(folder: folder.path).files
    #expect(files.map(\.name) == ["config.json", "model.safetensors", "vocab.txt"])
    #expect(files.map(\.size) == [2, 1, 3] && files.map(\.sha256) == ["aa", "cc", "bb"])
}

@Test func aChangedFileIsFoundByItsDigest() throws {
    let folder = try package(manifest)
    let read = try PackageManifest(folder: folder.path)
    let digests = ["config.json": "aa", "vocab.txt": "bb", "model.safetensors": "cc"]
    func name(_ path: String) -> String { String(path.dropFirst(folder.path.count + 1)) }
    try read.verify { digests[name($0)] ?? "" }
    let expected = PredictorError.wrongDigest(
        path: folder.file("vocab.txt"), expected: "bb", found: "00")
    #expect(throws: expected) {
        try read.verify { name($0) == "vocab.txt" ? "00" : digests[name($0)] ?? "" }
    }
    #expect(
        expected.description.hasPrefix(
            "\(folder.path)/vocab.txt: the content differs from the manifest's\n  expected: SHA-256"
        ))
}

@Test(arguments: [
    "{", "[]", #"{"format": 1}"#, #"{"format": "1", "files": {}}"#,
    #"{"format": 1, "files": {"config.json": {"size": "2"}}}"#,
    #"{"format": 1, "files": {"config.json": {}}}"#,
]) func manifestsOfAnotherFormSaySo(text: String) throws {
    let folder = try package(text)
    let error = #expect(throws: PredictorError.self) { try PackageManifest(folder: folder.path) }
    #expect(error?.description.contains("manifest.json: not a package manifest") == true)
}
