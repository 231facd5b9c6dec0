/// A folder's files as DVC lists them, in JSON:
/// `[{"md5": "<32 digits>", "relpath": "a/b"}, …]`, sorted by path, ASCII only.
enum FileList {
    static func text(_ files: [Manifest.File]) -> String {
        let entries = files.map { file in
            "{\"md5\": \"\(file.digest.hex)\", \"relpath\": \(ASCIIJSON.quoted(file.path))}"
        }
        return "[" + entries.joined(separator: ", ") + "]"
    }

    /// Reads a list; nil for text that is none.
    ///
    /// What DVC may say of a file beyond its name and digest is passed over.
    static func files(_ text: String) -> [Manifest.File]? {
        var reader = JSONListReader(text)
        guard let entries = reader.read() else { return nil }
        var files: [Manifest.File] = []
        var seen: Set<String> = []
        for entry in entries {
            guard let path = entry["relpath"], Manifest.isInside(path), seen.insert(path).inserted,
                let name = entry["md5"], let digest = Digest(hex: name, .md5)
            else { return nil }
            files.append(
                Manifest.File(
                    path: path, digest: digest, size: entry["size"].flatMap { Int($0) },
                    executable: entry["isexec"] == "true"))
        }
        return files
    }
}

/// Reads a JSON list of flat maps; values are texts, whatever their kind.
private struct JSONListReader {
    private let bytes: [UInt8]
    private var place = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    /// nil for anything else, deeper values included.
    mutating func read() -> [[String: String]]? {
        guard take("[") else { return nil }
        var entries: [[String: String]] = []
        if !take("]") {
            repeat {
                guard let entry = map() else { return nil }
                entries.append(entry)
            } while take(",")
            guard take("]") else { return nil }
        }
        skipSpace()
        return place == bytes.count ? entries : nil
    }

    private mutating func map() -> [String: String]? {
        guard take("{") else { return nil }
        var entry: [String: String] = [:]
        if take("}") { return entry }
        repeat {
            guard let key = string(), take(":"), let value = value() else { return nil }
            entry[key] = value
        } while take(",")
        return take("}") ? entry : nil
    }

    private mutating func value() -> String? {
        skipSpace()
        if place < bytes.count, bytes[place] == UInt8(ascii: "\"") { return string() }
        let start = place
        while place < bytes.count, !",}] \n\r\t".utf8.contains(bytes[place]) { place += 1 }
        return place > start ? String(validating: bytes[start..<place], as: UTF8.self) : nil
    }

    private mutating func string() -> String? {
        guard take("\"") else { return nil }
        var units: [UInt16] = []
        var plain: [UInt8] = []
        func append(_ text: String?, to units: inout [UInt16]) -> Bool {
            guard let text else { return false }
            units += Array(text.utf16)
            return true
        }
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            guard byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
                plain.append(byte)
                continue
            }
            guard append(String(validating: plain, as: UTF8.self), to: &units) else { return nil }
            plain = []
            if byte == UInt8(ascii: "\"") { return text(units) }
            guard let unit = escape() else { return nil }
            units.append(unit)
        }
        return nil
    }

    private mutating func escape() -> UInt16? {
        guard place < bytes.count else { return nil }
        let byte = bytes[place]
        place += 1
        switch byte {
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "n"): return 0x0a
        case UInt8(ascii: "f"): return 0x0c
        case UInt8(ascii: "r"): return 0x0d
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UInt16(byte)
        case UInt8(ascii: "u"):
            guard place + 4 <= bytes.count else { return nil }
            defer { place += 4 }
            let digits = String(validating: bytes[place..<(place + 4)], as: UTF8.self)
            return digits.flatMap { $0.hasPrefix("+") ? nil : UInt16($0, radix: 16) }
        default: return nil
        }
    }

    /// nil for half a surrogate pair, which no path can hold.
    private func text(_ units: [UInt16]) -> String? { String(validating: units, as: UTF16.self) }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard place < bytes.count, bytes[place] == UInt8(ascii: character) else { return false }
        place += 1
        return true
    }

    private mutating func skipSpace() {
        while place < bytes.count, " \n\r\t".utf8.contains(bytes[place]) { place += 1 }
    }
}
