import Foundation
import ONNX

/// A copy of an exported folder whose models say more of themselves.
struct Delivery {
    /// What the export stage wrote.
    let source: String
    /// What is made; must not exist.
    let target: String
    /// Added to the metadata of every ONNX file.
    let entries: [String: String]

    /// Copies every file and returns their names; the target appears whole or not at all.
    func write() throws -> [String] {
        let manager = FileManager.default
        guard !manager.fileExists(atPath: target) else {
            throw DeliveryError.exists(path: target)
        }
        let files = ((try? manager.contentsOfDirectory(atPath: source)) ?? []).sorted()
        guard files.contains(where: { $0.hasSuffix(".onnx") }) else {
            throw DeliveryError.noModel(folder: source)
        }
        let partial = "\(target).\(ProcessInfo.processInfo.processIdentifier).partial"
        do {
            try manager.createDirectory(atPath: partial, withIntermediateDirectories: true)
            for file in files { try copy(file, to: partial) }
            try manager.moveItem(atPath: partial, toPath: target)
        } catch {
            try? manager.removeItem(atPath: partial)
            guard let error = error as? CocoaError else { throw error }
            throw DeliveryError.unwritable(path: target, reason: error.localizedDescription)
        }
        return files
    }

    /// Copies the bytes and not the mode: files that the cache holds are read-only.
    private func copy(_ file: String, to folder: String) throws {
        let path = "\(source)/\(file)"
        var data: Data
        do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
            throw DeliveryError.unreadable(path: path)
        }
        if file.hasSuffix(".onnx") { data += try added(to: data, path: path) }
        try data.write(to: URL(fileURLWithPath: "\(folder)/\(file)"))
    }

    private func added(to model: Data, path: String) throws -> Data {
        let known: [String: String]
        do { known = try ONNXModel.metadata(of: Array(model)) } catch {
            throw DeliveryError.notAModel(path: path)
        }
        if let key = entries.keys.sorted().first(where: { known[$0] != nil }) {
            throw DeliveryError.known(path: path, key: key)
        }
        return try entries.sorted { $0.key < $1.key }.reduce(into: Data()) { data, entry in
            data += try ONNXModel.entry(entry.key, entry.value)
        }
    }
}

/// Why a copy cannot be made.
enum DeliveryError: Error, Equatable, CustomStringConvertible {
    case exists(path: String)
    case noModel(folder: String)
    case unreadable(path: String)
    case notAModel(path: String)
    case known(path: String, key: String)
    case unwritable(path: String, reason: String)

    var description: String {
        switch self {
        case .exists(let path):
            "\(path): exists already\nhint: name a folder that is not there yet"
        case .noModel(let folder):
            """
            \(folder): no ONNX file in this folder
            hint: name the folder that the export stage writes, such as 'onnx'
            """
        case .unreadable(let path): "\(path): cannot be read"
        case .notAModel(let path): "\(path): not an ONNX model"
        case .known(let path, let key):
            """
            \(path): its metadata has '\(key)' already
            hint: copy from the folder that the export stage wrote, not from a copy
            """
        case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
        }
    }
}
