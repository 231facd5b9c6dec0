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
