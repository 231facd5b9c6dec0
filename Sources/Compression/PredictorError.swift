/// Why a package cannot be used.
public enum PredictorError: Error, Equatable, CustomStringConvertible {
    case noManifest(path: String)
    case badManifest(path: String, reason: String)
    case unsupportedFormat(path: String, found: Int)
    case missingFile(path: String)
    case wrongSize(path: String, expected: Int, found: Int)
    case notListed(path: String)
    case badCalibration(path: String, expected: String, found: String)
    case wrongDigest(path: String, expected: String, found: String)

    /// The message for the user.
    public var description: String {
        switch self {
        case .noManifest(let path):
            """
            \(path): no such file
            hint: name the folder that the package stage writes, such as 'package'
            """
        case .badManifest(let path, let reason):
            "\(path): not a package manifest: \(reason)"
        case .unsupportedFormat(let path, let found):
            """
            \(path): the package has a format that this version does not know
              expected: 1
              found:    \(found)
            """
        case .missingFile(let path):
            """
            \(path): the manifest lists this file, and it is not there
            hint: copy the package again, or restore it with 'nlpipe checkout'
            """
        case .wrongSize(let path, let expected, let found):
            """
            \(path): the size differs from the manifest's
              expected: \(expected) bytes
              found:    \(found) bytes
            hint: copy the package again, or restore it with 'nlpipe checkout'
            """
        case .badCalibration(let path, let expected, let found):
            """
            \(path): not the calibration of a package
              expected: \(expected)
              found:    \(found)
            """
        case .notListed(let path):
            "\(path): the manifest does not list this file, which a package needs"
        case .wrongDigest(let path, let expected, let found):
            """
            \(path): the content differs from the manifest's
              expected: SHA-256 \(expected)
              found:    SHA-256 \(found)
            hint: copy the package again, or restore it with 'nlpipe checkout'
            """
        }
    }
}
