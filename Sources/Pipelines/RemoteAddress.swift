/// Where a remote is: a folder, or what rclone reaches.
public enum RemoteAddress: Sendable, Equatable {
    /// A folder's absolute path.
    case folder(String)
    /// What rclone calls it, and the settings that rclone is given through its environment: they are
    /// in no command line and in no log.
    case rclone(target: String, environment: [String: String])

    /// The options that a remote may have besides its URL, with what they mean.
    static let options = ["endpointurl", "region", "profile", "keyfile"]
    /// Those that must not stand in a file that git tracks.
    static let secrets = ["access_key_id", "secret_access_key", "session_token"]
    static let schemes = ["s3", "gs", "azure", "ssh", "sftp", "webdav", "webdavs", "file"]

    /// Finds out what `url` names; a folder that is not absolute is relative to `root`.
    public init(url: String, options: [String: String] = [:], root: String) {
        guard let parts = RemoteAddress.parts(of: url) else {
            let isNamed = RemoteAddress.isRcloneName(url)
            let path = url.hasPrefix("file://") ? String(url.dropFirst(7)) : url
            self =
                isNamed
                ? .rclone(target: url, environment: [:])
                : .folder(path.hasPrefix("/") ? path : "\(root)/\(path)")
            return
        }
        let (scheme, rest) = parts
        switch scheme {
        case "s3":
            var settings = ["RCLONE_S3_PROVIDER": "AWS", "RCLONE_S3_ENV_AUTH": "true"]
            if let endpoint = options["endpointurl"] {
                settings["RCLONE_S3_PROVIDER"] = "Other"
                settings["RCLONE_S3_ENDPOINT"] = endpoint
            }
            settings["RCLONE_S3_REGION"] = options["region"]
            settings["RCLONE_S3_PROFILE"] = options["profile"]
            if let key = options["access_key_id"] {
                settings["RCLONE_S3_ENV_AUTH"] = "false"
                settings["RCLONE_S3_ACCESS_KEY_ID"] = key
                settings["RCLONE_S3_SECRET_ACCESS_KEY"] = options["secret_access_key"]
                settings["RCLONE_S3_SESSION_TOKEN"] = options["session_token"]
            }
            self = .rclone(target: ":s3:\(rest)", environment: settings)
        case "gs":
            self = .rclone(target: ":gcs:\(rest)", environment: ["RCLONE_GCS_ENV_AUTH": "true"])
        case "azure":
            self = .rclone(
                target: ":azureblob:\(rest)", environment: ["RCLONE_AZUREBLOB_ENV_AUTH": "true"])
        case "webdav", "webdavs":
            let address = (scheme == "webdav" ? "http://" : "https://") + rest
            self = .rclone(target: ":webdav:", environment: ["RCLONE_WEBDAV_URL": address])
        default:
            self = RemoteAddress.secureShell(rest, keyFile: options["keyfile"])
        }
    }

    /// The parts of `[user@]host[:port]/path`.
    private static func secureShell(_ rest: String, keyFile: String?) -> RemoteAddress {
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        var host = rest[..<slash]
        var settings: [String: String] = [:]
        if let at = host.lastIndex(of: "@") {
            settings["RCLONE_SFTP_USER"] = String(host[..<at])
            host = host[host.index(after: at)...]
        }
        if let colon = host.lastIndex(of: ":") {
            settings["RCLONE_SFTP_PORT"] = String(host[host.index(after: colon)...])
            host = host[..<colon]
        }
        settings["RCLONE_SFTP_HOST"] = String(host)
        settings["RCLONE_SFTP_KEY_FILE"] = keyFile
        return .rclone(target: ":sftp:\(rest[slash...])", environment: settings)
    }

    /// The scheme and the rest of a URL that is no folder; nil for any other text.
    static func parts(of url: String) -> (scheme: String, rest: String)? {
        guard let colon = url.firstIndex(of: ":"), url[colon...].hasPrefix("://") else {
            return nil
        }
        let scheme = String(url[..<colon])
        guard scheme != "file", schemes.contains(scheme) else { return nil }
        return (scheme, String(url[colon...].dropFirst(3)))
    }

    /// Whether a text names what rclone reaches, and no folder.
    public static func isPlace(_ url: String) -> Bool {
        parts(of: url) != nil || isRcloneName(url) || url.hasPrefix(":")
    }

    /// `name:path`, where `name` is a remote of the user's rclone.
    static func isRcloneName(_ url: String) -> Bool {
        guard let colon = url.firstIndex(of: ":"), colon > url.startIndex,
            !url[colon...].hasPrefix("://")
        else { return false }
        return url[..<colon].utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_.".utf8.contains(byte)
            }
        }
    }

    static let expected =
        "a folder, absolute or relative to the project's root; s3://bucket/path, gs://…, azure://…, "
        + "ssh://host/path, webdavs://…; or name:path with a remote of rclone"

    /// What is wrong with a URL; nil for nothing.
    static func problem(of url: String) -> String? {
        if url.isEmpty || url == "file://" { return "is empty" }
        if url.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            return "has a control character in it"
        }
        if url.hasPrefix("file://") {
            return url.hasPrefix("file:///") ? nil : "names a folder of another machine"
        }
        if url.hasPrefix("~") { return "begins with '~', which only shells understand" }
        if url.hasPrefix(":") {
            return "holds rclone's settings, which may be secret: 'rclone config' keeps them"
        }
        guard url.contains("://") else { return nil }
        guard let (scheme, rest) = parts(of: url) else { return "has an unknown scheme" }
        let host = rest.prefix { $0 != "/" }
        if host.isEmpty {
            return "names no \(scheme == "s3" || scheme == "gs" ? "bucket" : "host")"
        }
        if let at = host.lastIndex(of: "@"), host[..<at].contains(":") {
            return "holds a password, which does not belong into a file"
        }
        return nil
    }
}
