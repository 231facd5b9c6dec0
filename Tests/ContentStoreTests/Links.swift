import Foundation
import Glibc
import TestSupport
import Testing

extension ObjectStoreTests {
    func link(_ target: String, _ path: String) throws {
        let file = folder.file(path)
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: target)
    }

    func makePipe(_ path: String) throws { #expect(mkfifo(folder.file(path), 0o600) == 0) }
}

/// Writes into a file that is there, read-only or not, by whatever name.
func overwrite(_ path: String, with text: String) throws {
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.write(contentsOf: Data(text.utf8))
    try file.close()
}
