using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Xml.Linq;

namespace Lamina.TestSupport.Conventions;

/// <summary>The rules of our code that a compiled assembly shows. Each assembly's tests derive from it.</summary>
/// <param name="assembly">The assembly.</param>
/// <param name="layers">What each namespace may use.</param>
/// <param name="mutableStatics">Types that may hold static state, with the reason beside them.</param>
public abstract class AssemblyConventions(Assembly assembly, Layers layers, params string[] mutableStatics)
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic
        | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly string[] Prefixed = ["LaminaException", "LaminaServiceCollectionExtensions"];

    private static readonly Type[] Awaitables =
        [typeof(Task), typeof(Task<>), typeof(ValueTask), typeof(ValueTask<>), typeof(IAsyncEnumerable<>)];

    private Type[] Exported => assembly.GetExportedTypes();

    private IEnumerable<Type> Written => assembly.GetTypes().Where(type => !IsGenerated(type));

    [Test]
    public void Namespaces_Dependencies_PointDownOnly() => Assert.That(layers.Breaches(assembly.Location), Is.Empty);

    [Test]
    public void PublicSignatures_NativeTypes_AreNotInThem()
    {
        var native =
            from type in Exported
            from member in Visible(type)
            from used in SignatureOf(member).SelectMany(Parts)
            where used.IsPointer || used.IsFunctionPointer || used == typeof(nint) || used == typeof(nuint)
                || used.IsAssignableTo(typeof(SafeHandle)) || used.IsAssignableTo(typeof(CriticalHandle))
            select $"{type}.{member.Name}: {used}";
        Assert.That(native, Is.Empty);
    }

    [Test]
    public void Interop_Types_AreInternal() =>
        Assert.That(Exported.Where(type => (type.Namespace + ".").Contains(".Interop.", StringComparison.Ordinal)), Is.Empty);

    [Test]
    public void PublicClasses_Inheritance_IsSealedOrMeant() => Assert.That(
        Exported.Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false } && type != typeof(LaminaException)),
        Is.Empty);

    [Test]
    public void Options_Types_AreSealedRecordsThatConstructAlone()
    {
        foreach (var type in Written.Where(type => type.IsClass && type.Name.EndsWith("Options", StringComparison.Ordinal)))
        {
            var settable = type.GetProperties().Where(property => property.SetMethod is not null).ToArray();
            using (Assert.EnterMultipleScope())
            {
                Assert.That(type.IsSealed, Is.True, $"{type} is sealed");
                Assert.That(type.GetMethod("<Clone>$"), Is.Not.Null, $"{type} is a record");
                Assert.That(settable, Is.Not.Empty, $"{type} has properties");
                foreach (var property in settable)
                {
                    Assert.That(
                        property.SetMethod!.ReturnParameter.GetRequiredCustomModifiers(),
                        Has.Member(typeof(IsExternalInit)),
                        $"{type}.{property.Name} is init-only");
                }

                if (!type.IsDefined(typeof(RequiredMemberAttribute)))
                {
                    Assert.That(() => Activator.CreateInstance(type), Throws.Nothing, $"{type} constructs alone");
                }
            }
        }
    }

    [Test]
    public void AsyncMethods_Names_EndInAsync()
    {
        var wrong =
            from type in Written
            from method in type.GetMethods(Declared)
            where !method.IsSpecialName && !method.Name.Contains('<', StringComparison.Ordinal)
                && Awaitables.Contains(Definition(method.ReturnType))
                && !(method.IsPrivate && Definition(method.ReturnType) == typeof(IAsyncEnumerable<>))
                && !method.Name.EndsWith("Async", StringComparison.Ordinal)
            select $"{type}.{method.Name}";
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Fields_OfPublicTypes_AreNotVisible()
    {
        var visible =
            from type in Exported
            where !type.IsEnum
            from field in type.GetFields(Declared)
            where !field.IsLiteral && (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly)
            select $"{type}.{field.Name}";
        Assert.That(visible, Is.Empty);
    }

    [Test]
    public void Fields_Static_AreReadOnly()
    {
        var mutable =
            from type in Written
            from field in type.GetFields(Declared)
            where field is { IsStatic: true, IsInitOnly: false, IsLiteral: false } && !IsGenerated(field)
                && !mutableStatics.Contains(type.Name, StringComparer.Ordinal)
            select $"{type}.{field.Name}";
        Assert.That(mutable, Is.Empty);
    }

    [Test]
    public void PublicTypes_Names_CarryNoProductPrefix() => Assert.That(
        Exported.Select(type => type.Name).Where(name => name.StartsWith("Lamina", StringComparison.Ordinal)),
        Is.SubsetOf(Prefixed));

    [Test]
    public void SourceFiles_Lengths_AreAtMost400Lines()
    {
        var files = Directory.EnumerateFiles(SourceFolder(), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .ToArray();
        Assert.That(files, Is.Not.Empty);
        Assert.That(files.Where(file => File.ReadLines(file).Count() > 400), Is.Empty);
    }

    [Test]
    public void Documentation_PublicMembers_SaySomething()
    {
        var entries = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")
            .ToLookup(entry => entry.Attribute("name")!.Value.Split('(')[0], StringComparer.Ordinal);
        using (Assert.EnterMultipleScope())
        {
            foreach (var type in Exported)
            {
                var own = entries["T:" + IdOf(type)].SingleOrDefault();
                Assert.That(own is not null && SaysSomething(own), Is.True, $"{type} has a summary");
                foreach (var overloads in Documented(type).GroupBy(member => IdOf(type, member), StringComparer.Ordinal))
                {
                    var found = entries[overloads.Key].ToArray();
                    var isParameter = own?.Elements("param").Any(tag => string.Equals(tag.Attribute("name")!.Value, overloads.First().Name, StringComparison.Ordinal)) == true;
                    Assert.That(isParameter || found.Length == overloads.Count(), Is.True, $"{overloads.Key} is documented");
                    Assert.That(found.All(SaysSomething), Is.True, $"{overloads.Key} has a summary");
                }
            }

            var empty =
                from entry in entries.SelectMany(named => named)
                from tag in entry.Descendants()
                where tag.Name.LocalName is "summary" or "param" or "typeparam" or "returns" or "remarks" or "exception" or "value"
                    && string.IsNullOrWhiteSpace(string.Concat(tag.Nodes()))
                select $"{entry.Attribute("name")!.Value}: {tag}";
            Assert.That(empty, Is.Empty);
        }
    }

    private static bool SaysSomething(XElement entry) => entry.Element("inheritdoc") is not null
        || (entry.Element("summary") is { } summary && !string.IsNullOrWhiteSpace(string.Concat(summary.Nodes())));

    private static IEnumerable<MemberInfo> Documented(Type type) => Visible(type).Where(member =>
        !IsGenerated(member)
        && member is not MethodInfo { IsSpecialName: true, Name: ['g' or 's', 'e', 't', '_', ..] or ['a', 'd', 'd', '_', ..] or ['r', 'e', 'm', 'o', 'v', 'e', '_', ..] }
        && member is not FieldInfo { IsSpecialName: true }
        && !(member is ConstructorInfo constructor
            && (constructor.GetParameters().Length == 0 || type.GetMethod("<Clone>$") is not null)));

    private static string IdOf(Type type) => type.FullName!.Replace('+', '.');

    private static string IdOf(Type type, MemberInfo member)
    {
        var (kind, arity) = member switch
        {
            PropertyInfo => ('P', 0),
            FieldInfo => ('F', 0),
            EventInfo => ('E', 0),
            MethodInfo method => ('M', method.GetGenericArguments().Length),
            _ => ('M', 0),
        };
        return $"{kind}:{IdOf(type)}.{member.Name.Replace('.', '#')}{(arity > 0 ? $"``{arity}" : "")}";
    }

    private static IEnumerable<MemberInfo> Visible(Type type) => type.GetMembers(Declared).Where(member => member switch
    {
        MethodBase method => IsVisible(method),
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsVisible),
        EventInfo @event => IsVisible(@event.AddMethod!),
        _ => false,
    });

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static IEnumerable<Type> SignatureOf(MemberInfo member) => member switch
    {
        MethodInfo method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType),
        ConstructorInfo constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType),
        FieldInfo field => [field.FieldType],
        PropertyInfo property => [property.PropertyType],
        _ => [],
    };

    private static IEnumerable<Type> Parts(Type type) => type switch
    {
        { IsPointer: true } or { IsFunctionPointer: true } => [type],
        { HasElementType: true } => Parts(type.GetElementType()!),
        { IsGenericType: true } => type.GetGenericArguments().SelectMany(Parts).Append(type),
        _ => [type],
    };

    private static Type Definition(Type type) => type.IsGenericType ? type.GetGenericTypeDefinition() : type;

    private static bool IsGenerated(MemberInfo member) =>
        member.Name.Contains('<', StringComparison.Ordinal)
        || member.IsDefined(typeof(CompilerGeneratedAttribute))
        || (member.DeclaringType is { } outer && IsGenerated(outer));

    private string SourceFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Engine.sln")))
            {
                return Path.Combine(folder.FullName, "src", assembly.GetName().Name!);
            }
        }

        throw new DirectoryNotFoundException("Engine.sln is in no folder above the tests.");
    }
}
