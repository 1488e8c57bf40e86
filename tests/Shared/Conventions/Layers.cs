using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Lamina.TestSupport.Conventions;

/// <summary>Which namespaces of an assembly may use which others. Signatures and method bodies count alike.</summary>
/// <param name="root">The assembly's first namespace, which may use all others.</param>
/// <param name="mayUse">What each namespace below the root may use, all without the root's name.</param>
public sealed class Layers(string root, IReadOnlyDictionary<string, string[]> mayUse)
{
    /// <summary>Uses that are not allowed, and namespaces that are not known.</summary>
    /// <param name="path">The assembly's file.</param>
    public IReadOnlyList<string> Breaches(string path)
    {
        using var module = ModuleDefinition.ReadModule(path);
        var breaches = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var type in module.GetTypes())
        {
            var from = LayerOf(type);
            if (from is null or "")
            {
                continue;
            }

            if (!mayUse.TryGetValue(from, out var allowed))
            {
                breaches.Add($"{root}.{from} is not in the table of namespaces");
                continue;
            }

            foreach (var used in Uses(type).SelectMany(Parts).Select(Definition).OfType<TypeDefinition>())
            {
                var to = used.Module == module ? LayerOf(used) : null;
                if (to is not null && !allowed.Append(from).Append("Validation").Contains(to, StringComparer.Ordinal)
                    && !IsException(used))
                {
                    breaches.Add($"{type.FullName} uses {used.FullName}");
                }
            }
        }

        return [.. breaches];
    }

    private static IEnumerable<TypeReference?> Uses(TypeDefinition type) =>
    [
        type.BaseType,
        .. type.Interfaces.Select(one => one.InterfaceType),
        .. type.CustomAttributes.Select(one => one.AttributeType),
        .. type.GenericParameters.SelectMany(one => one.Constraints).Select(one => one.ConstraintType),
        .. type.Fields.Select(field => field.FieldType),
        .. type.Methods.SelectMany(Uses),
    ];

    private static IEnumerable<TypeReference?> Uses(MethodDefinition method)
    {
        IEnumerable<TypeReference?> uses =
        [
            method.ReturnType,
            .. method.Parameters.Select(parameter => parameter.ParameterType),
            .. method.CustomAttributes.Select(one => one.AttributeType),
            .. method.GenericParameters.SelectMany(one => one.Constraints).Select(one => one.ConstraintType),
        ];
        return !method.HasBody ? uses : uses
            .Concat(method.Body.Variables.Select(variable => variable.VariableType))
            .Concat(method.Body.ExceptionHandlers.Select(handler => handler.CatchType))
            .Concat(method.Body.Instructions.SelectMany(Uses));
    }

    private static IEnumerable<TypeReference?> Uses(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        GenericInstanceMethod method => [method.DeclaringType, method.ReturnType, .. method.GenericArguments],
        MethodReference method =>
            [method.DeclaringType, method.ReturnType, .. method.Parameters.Select(parameter => parameter.ParameterType)],
        _ => [],
    };

    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null => [],
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
        TypeSpecification of => Parts(of.ElementType),
        _ => [type],
    };

    /// <summary>The type itself where it is of this assembly.</summary>
    private static TypeDefinition? Definition(TypeReference type) => type as TypeDefinition;

    private static bool IsException(TypeDefinition type)
    {
        for (TypeReference? one = type; one is not null; one = (one as TypeDefinition)?.BaseType)
        {
            if (one.FullName is "Lamina.LaminaException")
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first name below the root; empty for the root, null for what is not below it.</summary>
    private string? LayerOf(TypeReference type)
    {
        while (type.DeclaringType is not null)
        {
            type = type.DeclaringType;
        }

        return string.Equals(type.Namespace, root, StringComparison.Ordinal) ? ""
            : type.Namespace.StartsWith(root + ".", StringComparison.Ordinal) ? type.Namespace[(root.Length + 1)..].Split('.')[0]
            : null;
    }
}
