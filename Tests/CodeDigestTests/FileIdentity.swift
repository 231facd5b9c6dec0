import Foundation

/// Tells whether a file was replaced: an atomic write gives it another inode.
func inode(_ path: String) throws -> UInt64? {
    try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? UInt64
}
