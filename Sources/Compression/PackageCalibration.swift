import Tensors

/// `calibration.json` of a package: what makes its probabilities mean what they say.
public struct PackageCalibration: Sendable, Equatable {
    /// The file's name in a package.
    public static let fileName = "calibration.json"
    /// What logits are divided by before softmax.
    public let temperature: Double

    /// The temperatures that a package can name; anything else is a damaged file.
    private static let possible = 1e-3...1e3

    /// Probabilities as the model gives them.
    public static let none = PackageCalibration(temperature: 1)

    private init(temperature: Double) { self.temperature = temperature }

    /// Reads the file of a package; one whose manifest does not list it has a temperature of 1.
    ///
    /// Throws `PredictorError` for a file that says something else than a temperature.
    public init(_ manifest: PackageManifest) throws {
        guard manifest.files.contains(where: { $0.name == Self.fileName }) else {
            self = .none
            return
        }
        let path = "\(manifest.folder)/\(Self.fileName)"
        guard let data = fileContents(path) else { throw PredictorError.missingFile(path: path) }
        let json = try? JSONValue(parsing: data)
        guard json?["method"]?.string == "temperature" else {
            throw PredictorError.badCalibration(
                path: path, expected: "a 'method' of \"temperature\"",
                found: json?["method"]?.text() ?? "none")
        }
        guard let value = json?["temperature"]?.number, Self.possible.contains(value) else {
            throw PredictorError.badCalibration(
                path: path, expected: "a 'temperature' from 0.001 to 1000",
                found: json?["temperature"]?.text() ?? "none")
        }
        temperature = value
    }
}
