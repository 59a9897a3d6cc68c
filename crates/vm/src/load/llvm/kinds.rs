//! LLVM's enumerations, by the numbers of its stable C interface.
//!
//! A number that is not listed becomes `Other`, never an error: a newer LLVM may add kinds, and what
//! the reader does not know it reports as unsupported where it is used.

/// Declares an enumeration with the C numbers beside the names.
macro_rules! c_enumeration {
    ($(#[$doc:meta])* $name:ident { $($number:literal => $variant:ident,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum $name {
            $($variant,)*
            /// A number that this reader does not know.
            Other(i32),
        }

        impl $name {
            /// The variant with this number.
            pub(super) fn from_number(number: i32) -> Self {
                match number {
                    $($number => Self::$variant,)*
                    other => Self::Other(other),
                }
            }
        }
    };
}

c_enumeration!(
    /// What a type is.
    TypeKind {
        0 => Void,
        1 => Half,
        2 => Float,
        3 => Double,
        4 => X86Fp80,
        5 => Fp128,
        6 => PowerPcFp128,
        7 => Label,
        8 => Integer,
        9 => Function,
        10 => Struct,
        11 => Array,
        12 => Pointer,
        13 => Vector,
        14 => Metadata,
        16 => Token,
        17 => ScalableVector,
        18 => BFloat,
        19 => X86Amx,
        20 => TargetExtension,
    }
);

c_enumeration!(
    /// What a value is.
    ValueKind {
        0 => Argument,
        1 => BasicBlock,
        5 => Function,
        6 => GlobalAlias,
        7 => GlobalIFunc,
        8 => GlobalVariable,
        9 => BlockAddress,
        10 => ConstantExpression,
        11 => ConstantArray,
        12 => ConstantStruct,
        13 => ConstantVector,
        14 => Undefined,
        15 => ConstantAggregateZero,
        16 => ConstantDataArray,
        17 => ConstantDataVector,
        18 => ConstantInt,
        19 => ConstantFloat,
        20 => ConstantPointerNull,
        21 => ConstantTokenNone,
        22 => MetadataAsValue,
        23 => InlineAssembly,
        24 => Instruction,
        25 => Poison,
        26 => ConstantTargetNone,
        27 => ConstantPointerAuth,
    }
);

c_enumeration!(
    /// Which instruction an instruction or constant expression is.
    Opcode {
        1 => Return,
        2 => Branch,
        3 => Switch,
        4 => IndirectBranch,
        5 => Invoke,
        7 => Unreachable,
        8 => Add,
        9 => FloatAdd,
        10 => Subtract,
        11 => FloatSubtract,
        12 => Multiply,
        13 => FloatMultiply,
        14 => UnsignedDivide,
        15 => SignedDivide,
        16 => FloatDivide,
        17 => UnsignedRemainder,
        18 => SignedRemainder,
        19 => FloatRemainder,
        20 => ShiftLeft,
        21 => ShiftRightLogical,
        22 => ShiftRightArithmetic,
        23 => And,
        24 => Or,
        25 => ExclusiveOr,
        26 => Alloca,
        27 => Load,
        28 => Store,
        29 => GetElementPointer,
        30 => Truncate,
        31 => ZeroExtend,
        32 => SignExtend,
        33 => FloatToUnsigned,
        34 => FloatToSigned,
        35 => UnsignedToFloat,
        36 => SignedToFloat,
        37 => FloatTruncate,
        38 => FloatExtend,
        39 => PointerToInteger,
        40 => IntegerToPointer,
        41 => Bitcast,
        42 => IntegerCompare,
        43 => FloatCompare,
        44 => Phi,
        45 => Call,
        46 => Select,
        49 => VariadicArgument,
        50 => ExtractElement,
        51 => InsertElement,
        52 => ShuffleVector,
        53 => ExtractValue,
        54 => InsertValue,
        55 => Fence,
        56 => CompareExchange,
        57 => AtomicUpdate,
        58 => Resume,
        59 => LandingPad,
        60 => AddressSpaceCast,
        61 => CleanupReturn,
        62 => CatchReturn,
        63 => CatchPad,
        64 => CleanupPad,
        65 => CatchSwitch,
        66 => FloatNegate,
        67 => CallBranch,
        68 => Freeze,
        69 => PointerToAddress,
    }
);

c_enumeration!(
    /// How a symbol is linked.
    Linkage {
        0 => External,
        1 => AvailableExternally,
        2 => LinkOnceAny,
        3 => LinkOnceOdr,
        5 => WeakAny,
        6 => WeakOdr,
        7 => Appending,
        8 => Internal,
        9 => Private,
        12 => ExternalWeak,
        14 => Common,
    }
);

c_enumeration!(
    /// Which node of the debug information a metadata node is.
    MetadataKind {
        0 => String,
        5 => Location,
        15 => File,
        16 => CompileUnit,
        17 => Subprogram,
        18 => LexicalBlock,
        19 => LexicalBlockFile,
    }
);

impl Linkage {
    /// Whether the symbol is invisible outside its module.
    pub(crate) fn is_local(self) -> bool {
        matches!(self, Self::Internal | Self::Private)
    }
}
