import Glibc

/// Writes and reads the lines of a native manifest: `<64 digits> <bytes> <x or -> <path>`.
///
/// By bytes: to `Character`, a newline after a carriage return and a blank before an accent are
/// something else.
enum ManifestText {
    /// The files; nil for bytes that are not exactly a manifest.
    static func files(_ bytes: [UInt8]) -> [Manifest.File]? {
        bytes.withUnsafeBufferPointer { bytes in
            let header = "\(Manifest.header)\n".utf8
            guard bytes.starts(with: header) else { return nil }
            var rest = UnsafeBufferPointer(rebasing: bytes[header.count...])
            var files: [Manifest.File] = []
            files.reserveCapacity(rest.count / shortestLine)
            while !rest.isEmpty {
                guard let end = place(of: UInt8(ascii: "\n"), in: rest),
                    let file = file(UnsafeBufferPointer(rebasing: rest[..<end]))
                else { return nil }
                files.append(file)
                rest = UnsafeBufferPointer(rebasing: rest[(end + 1)...])
            }
            return files
        }
    }

    /// The canonical bytes of files that are sorted by path.
    static func bytes(_ files: [Manifest.File]) -> [UInt8] {
        let header = "\(Manifest.header)\n"
        // Escaped, a path may be twice as long.
        let most = files.reduce(header.utf8.count) {
            $0 + digits + mostBesides + 2 * $1.path.utf8.count
        }
        return Array(unsafeUninitializedCapacity: most) { buffer, count in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            func put(_ text: String) {
                var text = text
                count += text.withUTF8 { text in
                    UnsafeMutableRawBufferPointer(rebasing: bytes[count...])
                        .copyMemory(from: UnsafeRawBufferPointer(text))
                    return text.count
                }
            }
            put(header)
            for file in files {
                file.digest.writeHex(to: bytes, at: count)
                count += digits
                put(" ")
                put("\(file.size ?? 0)")
                put(file.executable ? " x " : " - ")
                put(PathText.escape(file.path))
                put("\n")
            }
        }
    }

    /// Whether a path comes before another, by their bytes.
    static func precedes(_ path: String, _ other: String) -> Bool {
        var (path, other) = (path, other)
        return path.withUTF8 { path in
            other.withUTF8 { other in
                guard let one = path.baseAddress, let two = other.baseAddress else {
                    return path.count < other.count
                }
                let order = memcmp(one, two, min(path.count, other.count))
                return order == 0 ? path.count < other.count : order < 0
            }
        }
    }

    private static let digits = 64
    /// The most bytes of a line besides digits and path: a number, the mark, blanks, the end.
    private static let mostBesides = 20 + " ".utf8.count + " - ".utf8.count + "\n".utf8.count
    private static let shortestLine = 64 + " 0 - p\n".utf8.count
    private static let space = UInt8(ascii: " ")

    private static func file(_ line: UnsafeBufferPointer<UInt8>) -> Manifest.File? {
        guard line.count >= shortestLine - 1, line[digits] == space,
            let digest = Digest(hex: UnsafeBufferPointer(rebasing: line[..<digits]), .sha256)
        else { return nil }
        var size = 0
        var place = digits + 1
        while place < line.count, line[place] != space {
            let digit = Int(line[place]) - Int(UInt8(ascii: "0"))
            let (product, isLarge) = size.multipliedReportingOverflow(by: 10)
            let (sum, isLarger) = product.addingReportingOverflow(digit)
            guard (0...9).contains(digit), !isLarge, !isLarger else { return nil }
            size = sum
            place += 1
        }
        // Behind the number: a blank, the mark, a blank.
        guard place > digits + 1, line.count > place + 3, line[place + 2] == space else {
            return nil
        }
        let mark = line[place + 1]
        guard mark == UInt8(ascii: "x") || mark == UInt8(ascii: "-"),
            let path = path(UnsafeBufferPointer(rebasing: line[(place + 3)...])),
            Manifest.isInside(path)
        else { return nil }
        return Manifest.File(
            path: path, digest: digest, size: size, executable: mark == UInt8(ascii: "x"))
    }

    private static func path(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        let isPlain = place(of: UInt8(ascii: "\\"), in: bytes) == nil
        return isPlain ? text : PathText.unescape(text[...])
    }

    private static func place(of byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let start = bytes.baseAddress else { return nil }
        return memchr(start, Int32(byte), bytes.count).map {
            UnsafeRawPointer($0) - UnsafeRawPointer(start)
        }
    }
}
