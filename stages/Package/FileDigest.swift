import CCrypto
import Foundation

/// SHA-256 of files, read piece by piece, over libcrypto.
enum FileDigest {
    private static let pieceSize = 1 << 20

    /// The size and the digest of a file as a manifest has them.
    static func describe(_ path: String) throws -> Manifest.File {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw PackageError.unreadable(file: path, reason: "cannot open the file")
        }
        defer { try? file.close() }
        guard let digester = EVP_MD_CTX_new() else { throw PackageError.digest(file: path) }
        defer { EVP_MD_CTX_free(digester) }
        guard EVP_DigestInit_ex(digester, EVP_sha256(), nil) == 1 else {
            throw PackageError.digest(file: path)
        }
        var size = 0
        while let piece = try file.read(upToCount: pieceSize), !piece.isEmpty {
            let taken = piece.withUnsafeBytes {
                EVP_DigestUpdate(digester, $0.baseAddress, $0.count)
            }
            guard taken == 1 else { throw PackageError.digest(file: path) }
            size += piece.count
        }
        var bytes = [UInt8](repeating: 0, count: 32)
        guard EVP_DigestFinal_ex(digester, &bytes, nil) == 1 else {
            throw PackageError.digest(file: path)
        }
        return Manifest.File(sha256: hexadecimal(bytes), size: size)
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
