using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Xunit.Sdk;

namespace ThemePark.ArchitectureTests;

/// <summary>
/// What an assembly's own metadata says. Unlike reflection it also sees what signatures hide: the bodies of async methods, locals,
/// generic arguments. What it cannot see: constants of another assembly, which the compiler copies, and names put together at run time.
/// </summary>
internal sealed class CompiledAssembly
{
    private CompiledAssembly(string name, MetadataReader reader)
    {
        Name = name;
        AssemblyReferences = reader.AssemblyReferences.Select(h => reader.GetString(reader.GetAssemblyReference(h).Name)).ToHashSet();
        TypeReferences = [.. References(reader)];
        Types = [.. reader.TypeDefinitions.Select(h => Definition(reader, h)).OfType<TopType>()];
        Texts = UserStrings(reader).Concat(Constants(reader)).ToHashSet(StringComparer.Ordinal);
        Friends = [.. FriendNames(reader)];
        Resources = [.. reader.ManifestResources.Select(h => reader.GetString(reader.GetManifestResource(h).Name))];
    }

    /// <summary>Every project under <c>src</c>, as built into the output of the tests.</summary>
    public static IReadOnlyDictionary<string, CompiledAssembly> Source { get; } = Repository.Projects.Keys.ToDictionary(name => name, Read);

    public static IReadOnlyDictionary<string, CompiledAssembly> Modules { get; } = Source
        .Where(a => a.Key.StartsWith(ModulePrefix, StringComparison.Ordinal))
        .ToDictionary(a => a.Key[ModulePrefix.Length..], a => a.Value);

    public const string ModulePrefix = "ThemePark.Modules.";

    public string Name { get; }

    public IReadOnlySet<string> AssemblyReferences { get; }

    public IReadOnlyList<(string Assembly, string Namespace, string Type)> TypeReferences { get; }

    /// <summary>Types that are not nested.</summary>
    public IReadOnlyList<TopType> Types { get; }

    /// <summary>Every string in code, and every string constant.</summary>
    public IReadOnlySet<string> Texts { get; }

    public IReadOnlyList<string> Friends { get; }

    public IReadOnlyList<string> Resources { get; }

    internal sealed record TopType(string Namespace, string Name, bool IsPublic, bool IsStatic);

    private static CompiledAssembly Read(string name)
    {
        var file = Path.Combine(AppContext.BaseDirectory, name + ".dll");
        if (!File.Exists(file))
        {
            throw new XunitException($"{name}.dll is not in the output of the tests: {Repository.Relative(Repository.Projects[name])} is scanned by no rule.");
        }

        using var pe = new PEReader(File.OpenRead(file));
        return new CompiledAssembly(name, pe.GetMetadataReader());
    }

    // A nested type is named by the outermost one, which carries the namespace and the assembly.
    private static IEnumerable<(string, string, string)> References(MetadataReader reader)
    {
        foreach (var handle in reader.TypeReferences)
        {
            var type = reader.GetTypeReference(handle);
            while (type.ResolutionScope.Kind == HandleKind.TypeReference)
            {
                type = reader.GetTypeReference((TypeReferenceHandle)type.ResolutionScope);
            }

            if (type.ResolutionScope.Kind == HandleKind.AssemblyReference)
            {
                var assembly = reader.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope);
                yield return (reader.GetString(assembly.Name), reader.GetString(type.Namespace), reader.GetString(type.Name));
            }
        }
    }

    private static TopType? Definition(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        var name = reader.GetString(type.Name);
        return type.IsNested || name.StartsWith('<')
            ? null
            : new TopType(
                reader.GetString(type.Namespace),
                name,
                (type.Attributes & TypeAttributes.VisibilityMask) == TypeAttributes.Public,
                (type.Attributes & (TypeAttributes.Abstract | TypeAttributes.Sealed)) == (TypeAttributes.Abstract | TypeAttributes.Sealed));
    }

    private static IEnumerable<string> UserStrings(MetadataReader reader)
    {
        var handle = MetadataTokens.UserStringHandle(0);
        do
        {
            yield return reader.GetUserString(handle);
            handle = reader.GetNextHandle(handle);
        }
        while (!handle.IsNil);
    }

    private static IEnumerable<string> Constants(MetadataReader reader)
    {
        foreach (var handle in reader.FieldDefinitions)
        {
            var value = reader.GetFieldDefinition(handle).GetDefaultValue();
            if (!value.IsNil && reader.GetConstant(value) is { TypeCode: ConstantTypeCode.String } constant)
            {
                var blob = reader.GetBlobReader(constant.Value);
                yield return blob.ReadUTF16(blob.Length);
            }
        }
    }

    private static IEnumerable<string> FriendNames(MetadataReader reader)
    {
        foreach (var handle in reader.GetAssemblyDefinition().GetCustomAttributes())
        {
            var attribute = reader.GetCustomAttribute(handle);
            if (attribute.Constructor.Kind == HandleKind.MemberReference
                && reader.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent is { Kind: HandleKind.TypeReference } parent
                && reader.StringComparer.Equals(reader.GetTypeReference((TypeReferenceHandle)parent).Name, "InternalsVisibleToAttribute"))
            {
                var value = reader.GetBlobReader(attribute.Value);
                value.ReadUInt16();
                yield return value.ReadSerializedString()!;
            }
        }
    }
}
