import Compression
import ContentStore

extension Wiring {
    /// Throws unless every file of a package has the SHA-256 that its manifest lists.
    static func verify(package: String) throws {
        do {
            try PackageManifest(folder: package).verify { path in
                var bytes: [UInt8] = []
                try LocalFileSystem().read(path) { bytes.append(contentsOf: $0) }
                return Digest(of: bytes).hex
            }
        } catch let error as PredictorError {
            throw Incomplete(message: "\(error)", exitCode: Failure.definition)
        }
    }
}
