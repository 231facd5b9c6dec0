import Foundation

/// The bytes of a file, read whole.
struct FileBytes: Sendable {
    private let data: Data
    var count: Int { data.count }

    init(_ path: String) throws {
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            let exists = FileManager.default.fileExists(atPath: path)
            throw SafeTensorsError.unreadable(
                path: path, reason: exists ? "it is no readable file" : "it does not exist")
        }
    }

    func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try data.withUnsafeBytes(body)
    }
}
