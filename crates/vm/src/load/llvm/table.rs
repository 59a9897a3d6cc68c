//! The functions of LLVM's C interface that the reader calls, resolved once when LLVM is opened.

use std::ffi::{c_char, c_int, c_uint, c_void};
use std::path::Path;

use crate::load::LoadError;

/// An object of LLVM whose inside is its own affair.
#[repr(C)]
pub(super) struct Opaque {
    private: [u8; 0],
}

/// A pointer to an object of LLVM.
pub(super) type Ref = *mut Opaque;

/// Declares the table: one field for each function, and the function that fills it.
macro_rules! function_table {
    ($(fn $name:ident($($argument:ty),*) $(-> $result:ty)?;)*) => {
        /// The resolved functions, under their C names.
        #[expect(non_snake_case, reason = "the fields carry the names of the C interface")]
        pub(super) struct Table {
            $(pub(super) $name: unsafe extern "C" fn($($argument),*) $(-> $result)?,)*
        }

        impl Table {
            /// Looks every function up.
            ///
            /// # Safety
            ///
            /// - `library` is an LLVM whose C interface has the signatures declared here, and it
            ///   stays open as long as the table is used.
            ///
            /// # Errors
            ///
            /// `LoadError::MissingFunction` for the first name that the library does not export.
            pub(super) unsafe fn resolve(
                library: &libloading::Library,
                path: &Path,
            ) -> Result<Self, LoadError> {
                Ok(Self {
                    $($name: {
                        // SAFETY: the caller vouches for the signature, and for the library
                        // staying open.
                        let symbol = unsafe {
                            library.get::<unsafe extern "C" fn($($argument),*) $(-> $result)?>(
                                concat!(stringify!($name), "\0").as_bytes(),
                            )
                        };
                        *symbol.map_err(|_| LoadError::MissingFunction {
                            library: path.to_owned(),
                            function: stringify!($name),
                        })?
                    },)*
                })
            }
        }
    };
}

function_table! {
    // The library, contexts and messages.
    fn LLVMGetVersion(*mut c_uint, *mut c_uint, *mut c_uint);
    fn LLVMContextCreate() -> Ref;
    fn LLVMContextDispose(Ref);
    fn LLVMContextSetDiagnosticHandler(Ref, extern "C" fn(Ref, *mut c_void), *mut c_void);
    fn LLVMDisposeMessage(*mut c_char);
    fn LLVMGetErrorMessage(Ref) -> *mut c_char;
    fn LLVMDisposeErrorMessage(*mut c_char);
    fn LLVMGetMDKindIDInContext(Ref, *const c_char, c_uint) -> c_uint;
    fn LLVMGetEnumAttributeKindForName(*const c_char, usize) -> c_uint;

    // Modules.
    fn LLVMCreateMemoryBufferWithMemoryRange(*const c_char, usize, *const c_char, c_int) -> Ref;
    fn LLVMCreateMemoryBufferWithMemoryRangeCopy(*const c_char, usize, *const c_char) -> Ref;
    fn LLVMDisposeMemoryBuffer(Ref);
    fn LLVMGetBitcodeModuleInContext(Ref, Ref, *mut Ref, *mut *mut c_char) -> c_int;
    fn LLVMCreateFunctionPassManagerForModule(Ref) -> Ref;
    fn LLVMRunFunctionPassManager(Ref, Ref) -> c_int;
    fn LLVMDisposePassManager(Ref);
    fn LLVMParseIRInContext(Ref, Ref, *mut Ref, *mut *mut c_char) -> c_int;
    fn LLVMVerifyModule(Ref, c_int, *mut *mut c_char) -> c_int;
    fn LLVMDisposeModule(Ref);
    fn LLVMGetModuleDataLayout(Ref) -> Ref;
    fn LLVMCreatePassBuilderOptions() -> Ref;
    fn LLVMDisposePassBuilderOptions(Ref);
    fn LLVMRunPassesOnFunction(Ref, *const c_char, Ref, Ref) -> Ref;
    fn LLVMGetFirstFunction(Ref) -> Ref;
    fn LLVMGetNextFunction(Ref) -> Ref;
    fn LLVMGetFirstGlobal(Ref) -> Ref;
    fn LLVMGetNextGlobal(Ref) -> Ref;
    fn LLVMGetFirstGlobalAlias(Ref) -> Ref;
    fn LLVMGetNextGlobalAlias(Ref) -> Ref;
    fn LLVMGetNamedFunctionWithLength(Ref, *const c_char, usize) -> Ref;
    fn LLVMGetNamedGlobalWithLength(Ref, *const c_char, usize) -> Ref;
    fn LLVMGetNamedGlobalAlias(Ref, *const c_char, usize) -> Ref;

    // Preparing functions.
    fn LLVMCreateBuilderInContext(Ref) -> Ref;
    fn LLVMPositionBuilderBefore(Ref, Ref);
    fn LLVMBuildAlloca(Ref, Ref, *const c_char) -> Ref;
    fn LLVMSetAlignment(Ref, c_uint);
    fn LLVMSetOperand(Ref, c_uint, Ref);
    fn LLVMInstructionEraseFromParent(Ref);
    fn LLVMDisposeBuilder(Ref);
    fn LLVMGetFirstUse(Ref) -> Ref;
    fn LLVMGetNextUse(Ref) -> Ref;
    fn LLVMGetUser(Ref) -> Ref;
    fn LLVMGetVolatile(Ref) -> c_int;

    // Types.
    fn LLVMTypeOf(Ref) -> Ref;
    fn LLVMGetTypeKind(Ref) -> c_int;
    fn LLVMGetIntTypeWidth(Ref) -> c_uint;
    fn LLVMCountStructElementTypes(Ref) -> c_uint;
    fn LLVMStructGetTypeAtIndex(Ref, c_uint) -> Ref;
    fn LLVMIsOpaqueStruct(Ref) -> c_int;
    fn LLVMGetElementType(Ref) -> Ref;
    fn LLVMGetArrayLength2(Ref) -> u64;
    fn LLVMGetVectorSize(Ref) -> c_uint;
    fn LLVMGetReturnType(Ref) -> Ref;
    fn LLVMIsFunctionVarArg(Ref) -> c_int;
    fn LLVMCountParamTypes(Ref) -> c_uint;
    fn LLVMGetParamTypes(Ref, *mut Ref);
    fn LLVMSizeOfTypeInBits(Ref, Ref) -> u64;
    fn LLVMABISizeOfType(Ref, Ref) -> u64;
    fn LLVMPreferredAlignmentOfGlobal(Ref, Ref) -> c_uint;
    fn LLVMOffsetOfElement(Ref, Ref, c_uint) -> u64;
    fn LLVMPrintTypeToString(Ref) -> *mut c_char;

    // Values in general.
    fn LLVMGetValueKind(Ref) -> c_int;
    fn LLVMGetValueName2(Ref, *mut usize) -> *const c_char;
    fn LLVMPrintValueToString(Ref) -> *mut c_char;
    fn LLVMGetNumOperands(Ref) -> c_int;
    fn LLVMGetOperand(Ref, c_uint) -> Ref;

    // Constants.
    fn LLVMConstIntGetZExtValue(Ref) -> u64;
    fn LLVMConstBitCast(Ref, Ref) -> Ref;
    fn LLVMIntTypeInContext(Ref, c_uint) -> Ref;
    fn LLVMGetAggregateElement(Ref, c_uint) -> Ref;
    fn LLVMGetRawDataValues(Ref, *mut usize) -> *const c_char;
    fn LLVMGetConstOpcode(Ref) -> c_int;

    // Globals and functions.
    fn LLVMIsDeclaration(Ref) -> c_int;
    fn LLVMGetLinkage(Ref) -> c_int;
    fn LLVMGlobalGetValueType(Ref) -> Ref;
    fn LLVMGetAlignment(Ref) -> c_uint;
    fn LLVMGetInitializer(Ref) -> Ref;
    fn LLVMIsThreadLocal(Ref) -> c_int;
    fn LLVMIsGlobalConstant(Ref) -> c_int;
    fn LLVMAliasGetAliasee(Ref) -> Ref;
    fn LLVMGetIntrinsicID(Ref) -> c_uint;
    fn LLVMCountParams(Ref) -> c_uint;
    fn LLVMGetParam(Ref, c_uint) -> Ref;
    fn LLVMGetEnumAttributeAtIndex(Ref, c_uint, c_uint) -> Ref;
    fn LLVMGetTypeAttributeValue(Ref) -> Ref;
    fn LLVMGetFirstBasicBlock(Ref) -> Ref;
    fn LLVMGetNextBasicBlock(Ref) -> Ref;
    fn LLVMGetSubprogram(Ref) -> Ref;

    // Blocks.
    fn LLVMGetFirstInstruction(Ref) -> Ref;
    fn LLVMGetNextInstruction(Ref) -> Ref;
    fn LLVMGetBasicBlockTerminator(Ref) -> Ref;

    // Instructions.
    fn LLVMGetInstructionOpcode(Ref) -> c_int;
    fn LLVMGetNUW(Ref) -> c_int;
    fn LLVMGetNSW(Ref) -> c_int;
    fn LLVMGetExact(Ref) -> c_int;
    fn LLVMGetNNeg(Ref) -> c_int;
    fn LLVMGetIsDisjoint(Ref) -> c_int;
    fn LLVMGetICmpPredicate(Ref) -> c_int;
    fn LLVMGetFCmpPredicate(Ref) -> c_int;
    fn LLVMGetAllocatedType(Ref) -> Ref;
    fn LLVMGetOrdering(Ref) -> c_int;
    fn LLVMGetAtomicRMWBinOp(Ref) -> c_int;
    fn LLVMGetCmpXchgSuccessOrdering(Ref) -> c_int;
    fn LLVMGetCmpXchgFailureOrdering(Ref) -> c_int;
    fn LLVMGetWeak(Ref) -> c_int;
    fn LLVMGetGEPSourceElementType(Ref) -> Ref;
    fn LLVMGEPGetNoWrapFlags(Ref) -> c_uint;
    fn LLVMGetNumIndices(Ref) -> c_uint;
    fn LLVMGetIndices(Ref) -> *const c_uint;
    fn LLVMGetNumMaskElements(Ref) -> c_uint;
    fn LLVMGetMaskValue(Ref, c_uint) -> c_int;
    fn LLVMCountIncoming(Ref) -> c_uint;
    fn LLVMGetIncomingValue(Ref, c_uint) -> Ref;
    fn LLVMGetIncomingBlock(Ref, c_uint) -> Ref;
    fn LLVMGetNumSuccessors(Ref) -> c_uint;
    fn LLVMGetSuccessor(Ref, c_uint) -> Ref;
    fn LLVMIsConditional(Ref) -> c_int;
    fn LLVMGetCondition(Ref) -> Ref;
    fn LLVMGetSwitchCaseValue(Ref, c_uint) -> Ref;
    fn LLVMGetCalledValue(Ref) -> Ref;
    fn LLVMGetNumArgOperands(Ref) -> c_uint;
    fn LLVMGetNormalDest(Ref) -> Ref;
    fn LLVMGetUnwindDest(Ref) -> Ref;
    fn LLVMIsCleanup(Ref) -> c_int;
    fn LLVMGetNumClauses(Ref) -> c_uint;
    fn LLVMGetClause(Ref, c_uint) -> Ref;
    fn LLVMGetMetadata(Ref, c_uint) -> Ref;
    fn LLVMGetInlineAsmAsmString(Ref, *mut usize) -> *const c_char;
    fn LLVMGetInlineAsmConstraintString(Ref, *mut usize) -> *const c_char;

    // Debug information.
    fn LLVMInstructionGetDebugLoc(Ref) -> Ref;
    fn LLVMDILocationGetLine(Ref) -> c_uint;
    fn LLVMDILocationGetColumn(Ref) -> c_uint;
    fn LLVMDILocationGetScope(Ref) -> Ref;
    fn LLVMDILocationGetInlinedAt(Ref) -> Ref;
    fn LLVMDIScopeGetFile(Ref) -> Ref;
    fn LLVMDIFileGetFilename(Ref, *mut c_uint) -> *const c_char;
    fn LLVMDIFileGetDirectory(Ref, *mut c_uint) -> *const c_char;
    fn LLVMDISubprogramGetLine(Ref) -> c_uint;
    fn LLVMGetMetadataKind(Ref) -> c_int;
    fn LLVMMetadataAsValue(Ref, Ref) -> Ref;
    fn LLVMValueAsMetadata(Ref) -> Ref;
    fn LLVMGetMDNodeNumOperands(Ref) -> c_uint;
    fn LLVMGetMDNodeOperands(Ref, *mut Ref);
    fn LLVMGetMDString(Ref, *mut c_uint) -> *const c_char;
}
