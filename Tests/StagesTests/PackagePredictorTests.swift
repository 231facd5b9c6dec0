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

private func calibrated(_ text: String) throws -> PackageCalibration {
    let folder = try package(
        #"{"format": 1, "files": {"calibration.json": {"size": \#(text.utf8.count)}}}"#)
    try folder.write(text, to: "calibration.json")
    return try PackageCalibration(PackageManifest(folder: folder.path))
}

@Test func aPackageWithoutCalibrationHasATemperatureOfOne() throws {
    let folder = try package(manifest)
    #expect(try PackageCalibration(PackageManifest(folder: folder.path)) == .none)
    #expect(PackageCalibration.none.temperature == 1)
}

@Test func aTemperatureIsRead() throws {
    #expect(try calibrated(#"{"method": "temperature", "temperature": 1.5}"#).temperature == 1.5)
    #expect(try calibrated(#"{"method": "temperature", "temperature": 2}"#).temperature == 2)
}

@Test(arguments: [
    "{", "[]", #"{"temperature": 2}"#, #"{"method": "platt", "temperature": 2}"#,
    #"{"method": "temperature"}"#, #"{"method": "temperature", "temperature": 0}"#,
    #"{"method": "temperature", "temperature": -1}"#,
    #"{"method": "temperature", "temperature": 1e300}"#,
    #"{"method": "temperature", "temperature": "2"}"#,
])
func aCalibrationThatIsNoneIsRefused(text: String) throws {
    let error = #expect(throws: PredictorError.self) { try calibrated(text) }
    #expect(error?.description.contains("calibration.json: not the calibration") == true)
}

@Test func aLostCalibrationIsMissedAndNotPassedOver() throws {
    let folder = try package(
        #"{"format": 1, "files": {"config.json": {"size": 2}, "vocab.txt": {"size": 3}, "#
            + #""model.safetensors": {"size": 1}, "calibration.json": {"size": 9}}}"#)
    #expect(
        throws: PredictorError.missingFile(path: folder.file("calibration.json"))
    ) { try Predictor(package: folder.path) }
}
